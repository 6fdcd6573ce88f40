export { de } from "./de.js";
export { en } from "./en.js";
