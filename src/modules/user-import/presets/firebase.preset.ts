import { type FirebaseProject, firebaseHash } from "../../password/imported-hash/firebase.js";
import type { FieldReader } from "../field-reader.js";
import { LineFault } from "../line-fault.js";
import { describeFault, PLAIN_LINE, type UserLine } from "../user-line.js";

/** `firebase auth:export users.json`. Its times are milliseconds, as texts. */
export function readFirebaseLine(fields: FieldReader, project: FirebaseProject): UserLine {
  return {
    ...PLAIN_LINE,
    id: fields.text("localId"),
    email: fields.text("email"),
    emailVerified: fields.boolean("emailVerified") ?? false,
    name: fields.text("displayName"),
    picture: fields.text("photoUrl"),
    phoneNumber: fields.text("phoneNumber"),
    isDisabled: fields.boolean("disabled") ?? false,
    passwordHash: readFirebaseHash(fields, project),
    createdAt: fields.instant("createdAt", "milliseconds"),
    lastLoginAt: fields.instant("lastSignedInAt", "milliseconds"),
  };
}

function readFirebaseHash(fields: FieldReader, project: FirebaseProject): string | null {
  const [hash, salt] = [fields.text("passwordHash"), fields.text("salt")];
  if (hash === null) return null;
  const read = firebaseHash({ hash, salt: salt ?? "", project });
  if ("fault" in read) throw new LineFault("passwordHash", describeFault(read.fault));
  return read.hash;
}
