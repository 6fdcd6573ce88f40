import { Migration } from "@mikro-orm/migrations";

export class Migration20261120152503_signing_keys_sign_from extends Migration {
  override name = "Migration20261120152503_signing_keys_sign_from";

  override up(): void | Promise<void> {
    // SQLite adds no column without a default that rows at hand could have: the table is made anew.
    this.addSql(`alter table \`signing_keys\` rename to \`signing_keys_before\`;`);
    this.addSql(`drop index \`signing_keys_sequence_unique\`;`);
    this.addSql(
      `create table \`signing_keys\` (\`kid\` text not null primary key, \`algorithm\` text not null, \`sequence\` integer not null, \`sealed_private_key\` text not null, \`created_at\` datetime not null, \`signs_from\` datetime not null);`,
    );
    this.addSql(`create unique index \`signing_keys_sequence_unique\` on \`signing_keys\` (\`sequence\`);`);
    this.addSql(
      `insert into \`signing_keys\` select \`kid\`, \`algorithm\`, \`sequence\`, \`sealed_private_key\`, \`created_at\`, \`created_at\` from \`signing_keys_before\`;`,
    );
    this.addSql(`drop table \`signing_keys_before\`;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`signing_keys\` drop column \`signs_from\`;`);
  }
}
