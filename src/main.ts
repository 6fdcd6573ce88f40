import "./node-version.js";
import module from "node:module";
import { setFlagsFromString } from "node:v8";

// V8 sizes its heap by the machine's memory: left alone it lets a flood's garbage lie until the process is half as
// large again. Collected once the heap has doubled, memory stays within its bounds (statement 49).
setFlagsFromString("--heap-growing-percent=100");
module.enableCompileCache();

// Only now, so that what it imports is compiled with the cache.
const { serve } = await import("./serve.js");
await serve();
