import { Entity, PrimaryKey, Property, Unique } from "@mikro-orm/decorators/legacy";

/** A key pair for access tokens. The newest whose time has come signs; those it replaced verify for a while. */
@Entity({ tableName: "signing_keys" })
export class SigningKey {
  /** The `kid` in token headers and the JWKS: the key's JWK thumbprint (RFC 7638). */
  @PrimaryKey({ type: "text" })
  kid: string;

  @Property({ type: "text" })
  algorithm: string;

  /** 1, 2, 3 … Unique, so that two instances starting at once agree on one key. */
  @Property({ type: "integer" })
  @Unique({ name: "signing_keys_sequence_unique" })
  sequence: number;

  /** The private JWK, sealed under AUTH_SECRET and bound to this kid. */
  @Property({ type: "text" })
  sealedPrivateKey: string;

  @Property({ type: Date, length: 3 })
  createdAt: Date;

  /** Until then it is only published, so that whoever verifies our tokens knows it before its first one. */
  @Property({ type: Date, length: 3 })
  signsFrom: Date;

  constructor(key: Readonly<SigningKey>) {
    this.kid = key.kid;
    this.algorithm = key.algorithm;
    this.sequence = key.sequence;
    this.sealedPrivateKey = key.sealedPrivateKey;
    this.createdAt = key.createdAt;
    this.signsFrom = key.signsFrom;
  }
}
