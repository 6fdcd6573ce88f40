import { Migration } from "@mikro-orm/migrations";

export class Migration20261120184204_mail extends Migration {
  override name = "Migration20261120184204_mail";

  override up(): void | Promise<void> {
    this.addSql(
      `create table \`pending_signups\` (\`id\` text not null primary key, \`email\` text not null, \`email_normalized\` text not null, \`username\` text null, \`username_normalized\` text null, \`name\` text null, \`password_hash\` text not null, \`created_at\` datetime not null);`,
    );
    this.addSql(
      `create index \`pending_signups_email_normalized_index\` on \`pending_signups\` (\`email_normalized\`);`,
    );
    this.addSql(
      `create index \`pending_signups_username_normalized_index\` on \`pending_signups\` (\`username_normalized\`);`,
    );
    this.addSql(`create index \`pending_signups_created_at_index\` on \`pending_signups\` (\`created_at\`);`);

    this.addSql(
      `create table \`outbox_mails\` (\`id\` text not null primary key, \`kind\` text not null, \`recipient\` text not null, \`user_id\` text null, \`locale\` text null, \`facts\` json not null, \`created_at\` datetime not null, \`attempts\` integer not null, \`next_attempt_at\` datetime not null, constraint \`outbox_mails_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`outbox_mails_user_id_index\` on \`outbox_mails\` (\`user_id\`);`);
    this.addSql(
      `create index \`outbox_mails_next_attempt_at_index\` on \`outbox_mails\` (\`next_attempt_at\`);`,
    );

    this.addSql(
      `create table \`one_time_tokens\` (\`id\` text not null primary key, \`purpose\` text check (\`purpose\` in ('RESET_PASSWORD', 'VERIFY_EMAIL', 'CHANGE_EMAIL', 'CONFIRM_SIGNUP')) not null, \`user_id\` text null, \`email\` text not null, \`expires_at\` datetime not null, \`used_at\` datetime null, constraint \`one_time_tokens_user_id_foreign\` foreign key (\`user_id\`) references \`users\` (\`id\`) on delete cascade);`,
    );
    this.addSql(`create index \`one_time_tokens_user_id_index\` on \`one_time_tokens\` (\`user_id\`);`);
    this.addSql(`create index \`one_time_tokens_expires_at_index\` on \`one_time_tokens\` (\`expires_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`pending_signups\`;`);
    this.addSql(`drop table if exists \`outbox_mails\`;`);
    this.addSql(`drop table if exists \`one_time_tokens\`;`);
  }
}
