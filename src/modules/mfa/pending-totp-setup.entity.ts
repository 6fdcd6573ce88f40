import { Entity, Index, ManyToOne, Property } from "@mikro-orm/decorators/legacy";
import { User } from "../user/user.entity.js";

/** A secret that was shown and that no code has confirmed yet. The latest one of an account counts. */
@Entity({ tableName: "pending_totp_setups" })
export class PendingTotpSetup {
  @ManyToOne(() => User, { primary: true, deleteRule: "cascade", index: false })
  user: User;

  @Property({ type: "text" })
  sealedSecret: string;

  @Property({ type: Date, length: 3 })
  @Index({ name: "pending_totp_setups_expires_at_index" })
  expiresAt: Date;

  constructor(setup: PendingTotpSetup) {
    this.user = setup.user;
    this.sealedSecret = setup.sealedSecret;
    this.expiresAt = setup.expiresAt;
  }
}
