import { Entity, Index, ManyToOne, Property } from "@mikro-orm/decorators/legacy";
import { BYTEWISE } from "../../lib/bytewise.js";
import { User } from "../user/user.entity.js";

/** The authenticator app of an account whose second factor is on. Without a row it is off. */
@Entity({ tableName: "totp_credentials" })
@Index({ name: "totp_credentials_sealed_under_index", properties: ["sealedUnder", "user"] })
export class TotpCredential {
  @ManyToOne(() => User, { primary: true, deleteRule: "cascade", index: false })
  user: User;

  @Property({ type: "text" })
  sealedSecret: string;

  /** The id of the key it is sealed under: after a rotation of AUTH_SECRET it is sealed anew. */
  @Property({ type: "text", collation: BYTEWISE })
  sealedUnder: string;

  /** The time step of the latest code that was accepted: only a later one is accepted after it (RFC 6238 §5.2). */
  @Property({ type: "integer" })
  lastUsedStep: number;

  constructor(credential: TotpCredential) {
    this.user = credential.user;
    this.sealedSecret = credential.sealedSecret;
    this.sealedUnder = credential.sealedUnder;
    this.lastUsedStep = credential.lastUsedStep;
  }
}
