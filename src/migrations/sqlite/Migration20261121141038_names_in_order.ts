import { Migration } from "@mikro-orm/migrations";

export class Migration20261121141038_names_in_order extends Migration {
  override name = "Migration20261121141038_names_in_order";

  override up(): void | Promise<void> {
    this.addSql(`drop index \`users_name_normalized_index\`;`);
    this.addSql(`create index \`users_name_normalized_index\` on \`users\` (\`name_normalized\`, \`id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`users_name_normalized_index\`;`);
    this.addSql(`create index \`users_name_normalized_index\` on \`users\` (\`name_normalized\`);`);
  }
}
