import { Migration } from "@mikro-orm/migrations";

export class Migration20261121164524_second_factor_and_passkeys extends Migration {
  override name = "Migration20261121164524_second_factor_and_passkeys";

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`spent_ceremonies\` (\`id\` text not null primary key, \`expires_at\` datetime not null);`,
    );
    this.addSql(
      `create index \`spent_ceremonies_expires_at_index\` on \`spent_ceremonies\` (\`expires_at\`);`,
    );

    this.addSql(
      `create table \`totp_credentials\` (\`user_id\` text not null primary key, \`sealed_secret\` text not null, \`sealed_under\` text not null, \`last_used_step\` integer not null, constraint \`totp_credentials_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on update cascade on delete cascade);`,
    );
    this.addSql(
      `create index \`totp_credentials_sealed_under_index\` on \`totp_credentials\` (\`sealed_under\`, \`user_id\`);`,
    );

    this.addSql(
      `create table \`recovery_codes\` (\`hash\` text not null primary key, \`user_id\` text not null, constraint \`recovery_codes_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`recovery_codes_user_id_index\` on \`recovery_codes\` (\`user_id\`);`);

    this.addSql(
      `create table \`pending_totp_setups\` (\`user_id\` text not null primary key, \`sealed_secret\` text not null, \`expires_at\` datetime not null, constraint \`pending_totp_setups_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on update cascade on delete cascade);`,
    );
    this.addSql(
      `create index \`pending_totp_setups_expires_at_index\` on \`pending_totp_setups\` (\`expires_at\`);`,
    );

    this.addSql(
      `create table \`passkeys\` (\`id\` text not null primary key, \`user_id\` text not null, \`name\` text not null, \`credential_id\` text not null, \`public_key\` text not null, \`signature_counter\` bigint not null, \`transports\` json not null, \`is_backup_eligible\` integer not null, \`is_backed_up\` integer not null, \`created_at\` datetime not null, \`last_used_at\` datetime null, constraint \`passkeys_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`passkeys_user_id_index\` on \`passkeys\` (\`user_id\`);`);
    this.addSql(`create unique index \`passkeys_credential_id_unique\` on \`passkeys\` (\`credential_id\`);`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`security_events__temp_alter\` (\`id\` text not null primary key, \`type\` text check (\`type\` in ('SIGNED_UP', 'LOGGED_IN', 'LOGIN_FAILED', 'LOGGED_OUT', 'REFRESH_TOKEN_REUSED', 'SESSION_REVOKED', 'REAUTHENTICATED', 'PASSWORD_CHANGED', 'PASSWORD_REMOVED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET', 'EMAIL_VERIFICATION_REQUESTED', 'EMAIL_VERIFIED', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED', 'PROFILE_UPDATED', 'TOTP_ENABLED', 'TOTP_DISABLED', 'RECOVERY_CODES_REGENERATED', 'RECOVERY_CODE_USED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED', 'ACCOUNT_DELETED', 'ROLE_CHANGED', 'STATUS_CHANGED')) not null, \`occurred_at\` datetime not null, \`user_id\` text null, \`actor_id\` text null, \`ip_address\` text null, \`user_agent\` text null);`,
    );
    this.addSql(
      `insert into \`security_events__temp_alter\` select \`id\`, \`type\`, \`occurred_at\`, \`user_id\`, \`actor_id\`, \`ip_address\`, \`user_agent\` from \`security_events\`;`,
    );
    this.addSql(`drop table \`security_events\`;`);
    this.addSql(`alter table \`security_events__temp_alter\` rename to \`security_events\`;`);
    this.addSql(
      `create index \`security_events_actor_id_index\` on \`security_events\` (\`actor_id\`) where actor_id is not null;`,
    );
    this.addSql(`create index \`security_events_type_index\` on \`security_events\` (\`type\`, \`id\`);`);
    this.addSql(
      `create index \`security_events_user_id_type_index\` on \`security_events\` (\`user_id\`, \`type\`, \`id\`);`,
    );
    this.addSql(
      `create index \`security_events_user_id_index\` on \`security_events\` (\`user_id\`, \`id\`);`,
    );
    this.addSql(`pragma foreign_keys = on;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`spent_ceremonies\`;`);
    this.addSql(`drop table if exists \`totp_credentials\`;`);
    this.addSql(`drop table if exists \`recovery_codes\`;`);
    this.addSql(`drop table if exists \`pending_totp_setups\`;`);
    this.addSql(`drop table if exists \`passkeys\`;`);

    this.addSql(`pragma foreign_keys = off;`);
    this.addSql(
      `create table \`security_events__temp_alter\` (\`actor_id\` text null, \`id\` text not null primary key, \`ip_address\` text null, \`occurred_at\` datetime not null, \`type\` text check (\`type\` in ('SIGNED_UP', 'LOGGED_IN', 'LOGIN_FAILED', 'LOGGED_OUT', 'REFRESH_TOKEN_REUSED', 'SESSION_REVOKED', 'REAUTHENTICATED', 'PASSWORD_CHANGED', 'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET', 'EMAIL_VERIFICATION_REQUESTED', 'EMAIL_VERIFIED', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED', 'PROFILE_UPDATED', 'TOTP_ENABLED', 'TOTP_DISABLED', 'RECOVERY_CODES_REGENERATED', 'RECOVERY_CODE_USED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED', 'ACCOUNT_DELETED', 'ROLE_CHANGED', 'STATUS_CHANGED')) not null, \`user_agent\` text null, \`user_id\` text null);`,
    );
    this.addSql(
      `insert into \`security_events__temp_alter\` select \`actor_id\`, \`id\`, \`ip_address\`, \`occurred_at\`, \`type\`, \`user_agent\`, \`user_id\` from \`security_events\`;`,
    );
    this.addSql(`drop table \`security_events\`;`);
    this.addSql(`alter table \`security_events__temp_alter\` rename to \`security_events\`;`);
    this.addSql(
      `create index \`security_events_actor_id_index\` on \`security_events\` (\`actor_id\`) where actor_id is not null;`,
    );
    this.addSql(`create index \`security_events_type_index\` on \`security_events\` (\`type\`, \`id\`);`);
    this.addSql(
      `create index \`security_events_user_id_index\` on \`security_events\` (\`user_id\`, \`id\`);`,
    );
    this.addSql(
      `create index \`security_events_user_id_type_index\` on \`security_events\` (\`user_id\`, \`type\`, \`id\`);`,
    );
    this.addSql(`pragma foreign_keys = on;`);
  }
}
