import { Migration } from "@mikro-orm/migrations";

export class Migration20261120152506_signing_keys_sign_from extends Migration {
  override name = "Migration20261120152506_signing_keys_sign_from";

  override up(): void | Promise<void> {
    this.addSql(`alter table "signing_keys" add "signs_from" timestamptz(3) null;`);
    this.addSql(`update "signing_keys" set "signs_from" = "created_at";`);
    this.addSql(`alter table "signing_keys" alter column "signs_from" set not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "signing_keys" drop column "signs_from";`);
  }
}
