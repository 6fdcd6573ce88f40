import { Migration } from "@mikro-orm/migrations";

export class Migration20261121140458_security_events_by_user_and_type extends Migration {
  override name = "Migration20261121140458_security_events_by_user_and_type";

  override up(): void | Promise<void> {
    this.addSql(
      `create index "security_events_user_id_type_index" on "security_events" ("user_id", "type", "id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "security_events_user_id_type_index";`);
  }
}
