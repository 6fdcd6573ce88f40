import "./node-version.js";
import module from "node:module";

module.enableCompileCache();

// Only now, so that what it imports is compiled with the cache.
const { serve } = await import("./serve.js");
await serve();
