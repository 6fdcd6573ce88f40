import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Config } from "../../config/config.js";
import { StartError } from "../../lib/start-error.js";
import {
  type FirebaseProjectInput,
  readFirebaseProject,
} from "../../modules/password/imported-hash/firebase.js";
import { FILE_FORMATS, type FileFormat } from "../../modules/user-import/file-records.js";
import type { ImportRequest } from "../../modules/user-import/import-file.js";
import { ORIGINS, type Origin } from "../../modules/user-import/presets/preset.js";
import { type OptionValues, UsageError } from "../command.js";

export const importUsersOptions = {
  file: { type: "string", summary: "the users: .ndjson, .csv or .json; - is standard input" },
  format: { type: "string", summary: `${FILE_FORMATS.join(", ")}; by the file's name otherwise` },
  from: { type: "string", summary: `whose export it is: ${ORIGINS.join(", ")}; latchkey otherwise` },
  "firebase-config": { type: "string", summary: "the project's password hash parameters, as a JSON file" },
  "keep-roles": { type: "boolean", summary: "who is an administrator there is one here" },
  "dry-run": { type: "boolean", summary: "checks everything and writes nothing" },
  report: { type: "string", summary: "a new file for the lines that are refused, and why" },
} as const;

type Values = OptionValues<typeof importUsersOptions>;

export async function readRequest(config: Config, values: Values): Promise<ImportRequest> {
  const { file, from = "latchkey", "firebase-config": firebaseConfig } = values;
  if (file === undefined) throw new UsageError("Option '--file' is missing");
  return {
    path: file === "-" ? null : file,
    format: readFormat(file, values.format),
    origin: await readOrigin(config, oneOf("--from", ORIGINS, from), firebaseConfig),
    keepRoles: values["keep-roles"] === true,
    isDryRun: values["dry-run"] === true,
  };
}

function readFormat(file: string, format: string | undefined): FileFormat {
  if (format !== undefined) return oneOf("--format", FILE_FORMATS, format);
  const known = FILE_FORMATS.find((name) => extname(file) === `.${name}`);
  if (known !== undefined) return known;
  throw new UsageError(
    `The name of the file does not tell its format: give '--format', one of ${FILE_FORMATS.join(", ")}`,
  );
}

function oneOf<Value extends string>(option: string, values: readonly Value[], given: string): Value {
  const known = values.find((value) => value === given);
  if (known !== undefined) return known;
  throw new UsageError(`Option '${option}' must be one of ${values.join(", ")}`);
}

async function readOrigin(
  { argon2 }: Config,
  from: Origin["from"],
  firebaseConfig: string | undefined,
): Promise<Origin> {
  if (from === "latchkey") return { from, argon2 };
  if (from !== "firebase") return { from };
  if (firebaseConfig === undefined) throw new UsageError("With '--from firebase' goes '--firebase-config'");
  const project = readFirebaseProject(toProjectInput(await readJson(firebaseConfig)));
  if ("fault" in project) throw new StartError(`The file ${firebaseConfig}: ${project.fault}.`);
  return { from, project };
}

/** As Firebase's console names them. */
function toProjectInput(json: Readonly<Record<string, unknown>>): FirebaseProjectInput {
  return {
    signerKey: String(json.base64_signer_key ?? ""),
    saltSeparator: String(json.base64_salt_separator ?? ""),
    rounds: Number(json.rounds),
    memoryCost: Number(json.mem_cost),
  };
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // Also of what is no object, such as null.
    return Object(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    // Node's message about JSON quotes what is wrong, which is a key here.
    const code = (error as NodeJS.ErrnoException).code ?? "it is not JSON";
    throw new StartError(`The file ${path} cannot be read (${code}).`);
  }
}
