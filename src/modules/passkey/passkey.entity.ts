import { BigIntType } from "@mikro-orm/core";
import { Entity, Index, ManyToOne, PrimaryKey, Property, Unique } from "@mikro-orm/decorators/legacy";
import { BYTEWISE } from "../../lib/bytewise.js";
import { newId } from "../../lib/uuid.js";
import { User } from "../user/user.entity.js";

/** What a registration ceremony has proved: the credential record of WebAuthn §4. */
export interface NewPasskey {
  readonly user: User;
  readonly name: string;
  readonly credentialId: string;
  readonly publicKey: string;
  readonly signatureCounter: number;
  readonly transports: readonly string[];
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  readonly createdAt: Date;
}

/** A passkey: the public half of a key that an authenticator of the user's keeps. Nothing in it is secret. */
@Entity({ tableName: "passkeys" })
export class Passkey {
  @PrimaryKey({ type: "uuid" })
  id: string = newId();

  @ManyToOne(() => User, { deleteRule: "cascade" })
  @Index({ name: "passkeys_user_id_index" })
  user: User;

  /** By what its user tells it from the others. */
  @Property({ type: "text" })
  name: string;

  /** Base64url. */
  @Property({ type: "text", collation: BYTEWISE })
  @Unique({ name: "passkeys_credential_id_unique" })
  credentialId: string;

  /** A COSE key (RFC 9052), in base64url. */
  @Property({ type: "text" })
  publicKey: string;

  /** An unsigned number of 32 bits. Always 0 where the authenticator does not count, as synced ones do not. */
  @Property({ type: new BigIntType("number") })
  signatureCounter: number;

  /** How a browser reaches the authenticator, as it said itself: "internal", "hybrid", "usb" … */
  @Property({ type: "json" })
  transports: readonly string[];

  /** Whether it can be copied to other devices of its owner. It never changes. */
  @Property({ type: "boolean" })
  isBackupEligible: boolean;

  /** Whether it was copied, when it was last used. */
  @Property({ type: "boolean" })
  isBackedUp: boolean;

  @Property({ type: Date, length: 3 })
  createdAt: Date;

  @Property({ type: Date, length: 3, nullable: true })
  lastUsedAt: Date | null = null;

  constructor(passkey: NewPasskey) {
    this.user = passkey.user;
    this.name = passkey.name;
    this.credentialId = passkey.credentialId;
    this.publicKey = passkey.publicKey;
    this.signatureCounter = passkey.signatureCounter;
    this.transports = passkey.transports;
    this.isBackupEligible = passkey.isBackupEligible;
    this.isBackedUp = passkey.isBackedUp;
    this.createdAt = passkey.createdAt;
  }
}
