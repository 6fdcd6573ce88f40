/** Imported before anything else: on an older Node the packages behind it crash with words that help nobody. */
export const [MIN_MAJOR, MIN_MINOR] = [22, 17];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < MIN_MAJOR || (major === MIN_MAJOR && minor < MIN_MINOR)) {
  console.error(
    `Latchkey needs Node.js ${MIN_MAJOR}.${MIN_MINOR} or newer; this is ${process.versions.node}.`,
  );
  process.exit(1);
}
