import { Migration } from "@mikro-orm/migrations";

export class Migration20261120111229_initial extends Migration {
  override name = "Migration20261120111229_initial";

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`signing_keys\` (\`kid\` text not null primary key, \`algorithm\` text not null, \`sequence\` integer not null, \`sealed_private_key\` text not null, \`created_at\` datetime not null);`,
    );
    this.addSql(`create unique index \`signing_keys_sequence_unique\` on \`signing_keys\` (\`sequence\`);`);

    this.addSql(
      `create table \`users\` (\`id\` text not null primary key, \`email\` text not null, \`email_normalized\` text not null, \`email_verified\` integer not null, \`username\` text null, \`username_normalized\` text null, \`name\` text null, \`picture\` text null, \`phone_number\` text null, \`gender\` text null, \`locale\` text null, \`role\` text check (\`role\` in ('USER', 'ADMIN')) not null, \`status\` text check (\`status\` in ('ACTIVE', 'DISABLED')) not null, \`password_hash\` text null, \`totp_enabled\` integer not null, \`created_at\` datetime not null, \`updated_at\` datetime not null, \`last_login_at\` datetime null);`,
    );
    this.addSql(`create unique index \`users_email_normalized_unique\` on \`users\` (\`email_normalized\`);`);
    this.addSql(
      `create unique index \`users_username_normalized_unique\` on \`users\` (\`username_normalized\`);`,
    );

    this.addSql(
      `create table \`sessions\` (\`id\` text not null primary key, \`user_id\` text not null, \`generation\` integer not null, \`created_at\` datetime not null, \`authenticated_at\` datetime not null, \`last_used_at\` datetime not null, \`ip_address\` text null, \`user_agent\` text null, constraint \`sessions_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`sessions_user_id_index\` on \`sessions\` (\`user_id\`);`);
  }
}
