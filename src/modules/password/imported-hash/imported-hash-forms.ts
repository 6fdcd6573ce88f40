import type { ImportedHash } from "./hash-form.js";
import { readImportedHash } from "./imported-hash.js";
import type { FindImportedHashAfter } from "./imported-hash.reader.js";

/** Each costs every wrong password a hash. Whoever imports has one or two; a site of many years has some more. */
const MAX_FORMS = 16;
/** Rows that cannot be read, or are spelled as elsewhere, are passed over one by one. */
const MAX_STEPS = 100;

/** Behind whatever a hash is made of, in the order of bytes. */
const BEHIND_ALL = "~";

/**
 * One hash for each form that imported hashes have as long as their owners have not logged in. A wrong password is tried
 * on all of them: otherwise its time would tell an account that was imported from one that does not exist.
 */
export class ImportedHashForms {
  #specimens: ReadonlyMap<string, string> = new Map();

  private constructor(private readonly findAfter: FindImportedHashAfter) {}

  static async load(findAfter: FindImportedHashAfter): Promise<ImportedHashForms> {
    const forms = new ImportedHashForms(findAfter);
    await forms.reload();
    return forms;
  }

  /** To be called now and then: somebody imports, others log in. */
  async reload(): Promise<void> {
    const specimens = new Map<string, string>();
    let found = await this.findAfter("");
    for (let step = 0; found !== null && step < MAX_STEPS && specimens.size < MAX_FORMS; step++) {
      const read = readImportedHash(found);
      if (!("fault" in read)) specimens.set(read.form, read.text);
      const prefix = prefixOf(found);
      found = await this.findAfter(prefix === null ? found : `${prefix}${BEHIND_ALL}`);
    }
    this.#specimens = specimens;
  }

  /** One that was seen before the next reload tells of its form. */
  note({ form, text }: ImportedHash): void {
    if (this.#specimens.has(form) || this.#specimens.size >= MAX_FORMS) return;
    this.#specimens = new Map([...this.#specimens, [form, text]]);
  }

  /** @param form which has been computed already */
  specimensBut(form: string | undefined): readonly string[] {
    return [...this.#specimens].filter(([other]) => other !== form).map(([, text]) => text);
  }
}

/** What all hashes of one form begin with, however it is spelled: everything up to the salt, which is behind a cost. */
function prefixOf(text: string): string | null {
  return /^(?:.*\$2[a-z]\$\d\d\$|.*\d\$(?=[^$]*\$[^$]*$))/.exec(text)?.[0] ?? null;
}
