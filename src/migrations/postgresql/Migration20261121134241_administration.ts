import { Migration } from "@mikro-orm/migrations";

export class Migration20261121134241_administration extends Migration {
  override name = "Migration20261121134241_administration";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "security_events" ("id" uuid not null, "type" text not null, "occurred_at" timestamptz(3) not null, "user_id" uuid null, "actor_id" uuid null, "ip_address" text null, "user_agent" text null, primary key ("id"));`,
    );
    this.addSql(
      `create index "security_events_actor_id_index" on "security_events" ("actor_id") where actor_id is not null;`,
    );
    this.addSql(`create index "security_events_type_index" on "security_events" ("type", "id");`);
    this.addSql(`create index "security_events_user_id_index" on "security_events" ("user_id", "id");`);

    this.addSql(
      `create table "user_imports" ("digest" text not null, "lines" int not null, "imported" int not null, "updated_at" timestamptz(3) not null, primary key ("digest"));`,
    );

    this.addSql(`alter table "users" add "name_normalized" text collate "C" null;`);
    this.addSql(
      `alter table "users" alter column "email_normalized" type text collate "C" using ("email_normalized"::text);`,
    );
    this.addSql(
      `alter table "users" alter column "password_hash" type text collate "C" using ("password_hash"::text);`,
    );
    this.addSql(
      `alter table "users" alter column "username_normalized" type text collate "C" using ("username_normalized"::text);`,
    );
    this.addSql(`update "users" set "name_normalized" = lower(normalize("name", NFKC));`);
    this.addSql(`create index "users_name_normalized_index" on "users" ("name_normalized");`);
    this.addSql(
      `create index "users_foreign_password_hash_index" on "users" ("password_hash") where password_hash < '$argon2id$' or password_hash > '$argon2id$~';`,
    );
    this.addSql(
      `create index "users_disabled_index" on "users" ("created_at", "id") where status = 'DISABLED';`,
    );
    this.addSql(`create index "users_admins_index" on "users" ("created_at", "id") where role = 'ADMIN';`);
    this.addSql(
      `create index "users_email_verified_index" on "users" ("email_verified", "created_at", "id");`,
    );
    this.addSql(`create index "users_created_at_index" on "users" ("created_at", "id");`);

    this.addSql(
      `alter table "security_events" add constraint "security_events_type_check" check ("type" in ('SIGNED_UP', 'LOGGED_IN', 'LOGIN_FAILED', 'LOGGED_OUT', 'REFRESH_TOKEN_REUSED', 'SESSION_REVOKED', 'REAUTHENTICATED', 'PASSWORD_CHANGED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET', 'EMAIL_VERIFICATION_REQUESTED', 'EMAIL_VERIFIED', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED', 'PROFILE_UPDATED', 'TOTP_ENABLED', 'TOTP_DISABLED', 'RECOVERY_CODES_REGENERATED', 'RECOVERY_CODE_USED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED', 'ACCOUNT_DELETED', 'ROLE_CHANGED', 'STATUS_CHANGED'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "security_events" cascade;`);
    this.addSql(`drop table if exists "user_imports" cascade;`);

    this.addSql(`drop index "users_name_normalized_index";`);
    this.addSql(`drop index "users_foreign_password_hash_index";`);
    this.addSql(`drop index "users_disabled_index";`);
    this.addSql(`drop index "users_admins_index";`);
    this.addSql(`drop index "users_email_verified_index";`);
    this.addSql(`drop index "users_created_at_index";`);
    this.addSql(`alter table "users" drop column "name_normalized";`);
    this.addSql(
      `alter table "users" alter column "email_normalized" type text using ("email_normalized"::text);`,
    );
    this.addSql(
      `alter table "users" alter column "username_normalized" type text using ("username_normalized"::text);`,
    );
    this.addSql(`alter table "users" alter column "password_hash" type text using ("password_hash"::text);`);
  }
}
