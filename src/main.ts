import module from "node:module";

const MIN_NODE_VERSION = [22, 17] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor < MIN_NODE_VERSION[1])) {
  console.error(
    `Latchkey needs Node.js ${MIN_NODE_VERSION.join(".")} or newer; this is ${process.versions.node}.`,
  );
  process.exit(1);
}
module.enableCompileCache();

// Imported only now: on an older Node the packages behind it fail with messages that help nobody.
const { serve } = await import("./serve.js");
await serve();
