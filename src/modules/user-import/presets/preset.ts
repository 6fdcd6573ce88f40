import type { Argon2Cost } from "../../password/argon2-engine.js";
import type { FirebaseProject } from "../../password/imported-hash/firebase.js";
import type { FieldReader } from "../field-reader.js";
import type { ImportRules, UserLine } from "../user-line.js";
import { readAuth0Line } from "./auth0.preset.js";
import { readBetterAuthLine } from "./better-auth.preset.js";
import { readDjangoLine } from "./django.preset.js";
import { readFirebaseLine } from "./firebase.preset.js";
import { readLatchkeyLine } from "./latchkey.preset.js";
import { readSupabaseLine } from "./supabase.preset.js";

/** Whose export a file is. */
export type Origin =
  | { readonly from: "latchkey"; readonly argon2: Argon2Cost }
  | { readonly from: "firebase"; readonly project: FirebaseProject }
  | { readonly from: "supabase" | "auth0" | "django" | "better-auth" };

export const ORIGINS = ["latchkey", "firebase", "supabase", "auth0", "django", "better-auth"] as const;

/** What one record of such a file says of a user. */
export type Preset = (fields: FieldReader, rules: ImportRules) => UserLine;

export function presetFor(origin: Origin): Preset {
  switch (origin.from) {
    case "latchkey":
      return (fields) => readLatchkeyLine(fields, origin.argon2);
    case "firebase":
      return (fields) => readFirebaseLine(fields, origin.project);
    case "supabase":
      return readSupabaseLine;
    case "auth0":
      return readAuth0Line;
    case "django":
      return readDjangoLine;
    case "better-auth":
      return readBetterAuthLine;
  }
}
