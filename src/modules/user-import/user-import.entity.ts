import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/**
 * How far the import of a file has come: written in the transaction of the users it tells of, so that an import that
 * was broken off goes on with the first line that is not in.
 */
@Entity({ tableName: "user_imports" })
export class UserImport {
  /** Of what the file is taken for and its content, so that one that was changed is another one: SHA-256, hexadecimal. */
  @PrimaryKey({ type: "text" })
  digest!: string;

  /** Lines that were dealt with, refused ones among them. */
  @Property({ type: "integer" })
  lines!: number;

  @Property({ type: "integer" })
  imported!: number;

  @Property({ type: Date, length: 3 })
  updatedAt!: Date;
}
