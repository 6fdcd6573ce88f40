import { Entity, Index, ManyToOne, PrimaryKey } from "@mikro-orm/decorators/legacy";
import { BYTEWISE } from "../../lib/bytewise.js";
import { User } from "../user/user.entity.js";

/** A recovery code that was not used yet, as the hash of it: using it up deletes the row. */
@Entity({ tableName: "recovery_codes" })
export class RecoveryCode {
  @PrimaryKey({ type: "text", collation: BYTEWISE })
  hash: string;

  @ManyToOne(() => User, { deleteRule: "cascade" })
  @Index({ name: "recovery_codes_user_id_index" })
  user: User;

  constructor(hash: string, user: User) {
    this.hash = hash;
    this.user = user;
  }
}
