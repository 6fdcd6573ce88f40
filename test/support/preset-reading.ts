import { FieldReader } from "../../src/modules/user-import/field-reader.js";
import type { Fields } from "../../src/modules/user-import/file-records.js";
import { LineFault } from "../../src/modules/user-import/line-fault.js";
import { type Origin, presetFor } from "../../src/modules/user-import/presets/preset.js";

const RULES = { keepRoles: false, now: new Date("2026-01-02T00:00:00Z") };
export const ID = "0190c6d6-0000-4000-8000-000000000001";
export const BCRYPT = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

export const read = (origin: Origin, fields: Fields) => presetFor(origin)(new FieldReader(fields), RULES);

export function faultOf(origin: Origin, fields: Fields) {
  try {
    read(origin, fields);
  } catch (error) {
    if (error instanceof LineFault) return { field: error.field, reason: error.reason };
    throw error;
  }
  return null;
}
