import { Migration } from "@mikro-orm/migrations";

export class Migration20261121164528_second_factor_and_passkeys extends Migration {
  override name = "Migration20261121164528_second_factor_and_passkeys";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "spent_ceremonies" ("id" uuid not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "spent_ceremonies_expires_at_index" on "spent_ceremonies" ("expires_at");`);

    this.addSql(
      `create table "totp_credentials" ("user_id" uuid not null, "sealed_secret" text not null, "sealed_under" text collate "C" not null, "last_used_step" int not null, primary key ("user_id"));`,
    );
    this.addSql(
      `create index "totp_credentials_sealed_under_index" on "totp_credentials" ("sealed_under", "user_id");`,
    );

    this.addSql(
      `create table "recovery_codes" ("hash" text collate "C" not null, "user_id" uuid not null, primary key ("hash"));`,
    );
    this.addSql(`create index "recovery_codes_user_id_index" on "recovery_codes" ("user_id");`);

    this.addSql(
      `create table "pending_totp_setups" ("user_id" uuid not null, "sealed_secret" text not null, "expires_at" timestamptz(3) not null, primary key ("user_id"));`,
    );
    this.addSql(
      `create index "pending_totp_setups_expires_at_index" on "pending_totp_setups" ("expires_at");`,
    );

    this.addSql(
      `create table "passkeys" ("id" uuid not null, "user_id" uuid not null, "name" text not null, "credential_id" text collate "C" not null, "public_key" text not null, "signature_counter" bigint not null, "transports" jsonb not null, "is_backup_eligible" boolean not null, "is_backed_up" boolean not null, "created_at" timestamptz(3) not null, "last_used_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(`create index "passkeys_user_id_index" on "passkeys" ("user_id");`);
    this.addSql(
      `alter table "passkeys" add constraint "passkeys_credential_id_unique" unique ("credential_id");`,
    );

    this.addSql(`alter table "security_events" drop constraint "security_events_type_check";`);
    this.addSql(
      `alter table "security_events" add constraint "security_events_type_check" check ("type" in ('SIGNED_UP', 'LOGGED_IN', 'LOGIN_FAILED', 'LOGGED_OUT', 'REFRESH_TOKEN_REUSED', 'SESSION_REVOKED', 'REAUTHENTICATED', 'PASSWORD_CHANGED', 'PASSWORD_REMOVED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET', 'EMAIL_VERIFICATION_REQUESTED', 'EMAIL_VERIFIED', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED', 'PROFILE_UPDATED', 'TOTP_ENABLED', 'TOTP_DISABLED', 'RECOVERY_CODES_REGENERATED', 'RECOVERY_CODE_USED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED', 'ACCOUNT_DELETED', 'ROLE_CHANGED', 'STATUS_CHANGED'));`,
    );

    this.addSql(
      `alter table "totp_credentials" add constraint "totp_credentials_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "pending_totp_setups" add constraint "pending_totp_setups_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "passkeys" add constraint "passkeys_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "spent_ceremonies" cascade;`);
    this.addSql(`drop table if exists "totp_credentials" cascade;`);
    this.addSql(`drop table if exists "recovery_codes" cascade;`);
    this.addSql(`drop table if exists "pending_totp_setups" cascade;`);
    this.addSql(`drop table if exists "passkeys" cascade;`);

    this.addSql(`alter table "security_events" drop constraint "security_events_type_check";`);
    this.addSql(
      `alter table "security_events" add constraint "security_events_type_check" check ("type" in ('SIGNED_UP', 'LOGGED_IN', 'LOGIN_FAILED', 'LOGGED_OUT', 'REFRESH_TOKEN_REUSED', 'SESSION_REVOKED', 'REAUTHENTICATED', 'PASSWORD_CHANGED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET', 'EMAIL_VERIFICATION_REQUESTED', 'EMAIL_VERIFIED', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED', 'PROFILE_UPDATED', 'TOTP_ENABLED', 'TOTP_DISABLED', 'RECOVERY_CODES_REGENERATED', 'RECOVERY_CODE_USED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED', 'ACCOUNT_DELETED', 'ROLE_CHANGED', 'STATUS_CHANGED'));`,
    );
  }
}
