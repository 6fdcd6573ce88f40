import { Migration } from "@mikro-orm/migrations";

export class Migration20261120132138_initial extends Migration {
  override name = "Migration20261120132138_initial";

  override up(): void | Promise<void> {
    this.addSql(
      `create table "attempt_counters" ("key" text not null, "count" int not null, "started_at" timestamptz(3) not null, "blocked_until" timestamptz(3) not null, "blocked_before" timestamptz(3) not null, "ends_at" timestamptz(3) not null, primary key ("key"));`,
    );

    this.addSql(
      `create table "signing_keys" ("kid" text not null, "algorithm" text not null, "sequence" int not null, "sealed_private_key" text not null, "created_at" timestamptz(3) not null, primary key ("kid"));`,
    );
    this.addSql(
      `alter table "signing_keys" add constraint "signing_keys_sequence_unique" unique ("sequence");`,
    );

    this.addSql(
      `create table "transaction_marks" ("id" uuid not null, "is_fence" boolean not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "users" ("id" uuid not null, "email" text not null, "email_normalized" text not null, "email_verified" boolean not null, "username" text null, "username_normalized" text null, "name" text null, "picture" text null, "phone_number" text null, "gender" text null, "locale" text null, "role" text not null, "status" text not null, "password_hash" text null, "totp_enabled" boolean not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "last_login_at" timestamptz(3) null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "users" add constraint "users_email_normalized_unique" unique ("email_normalized");`,
    );
    this.addSql(
      `alter table "users" add constraint "users_username_normalized_unique" unique ("username_normalized");`,
    );

    this.addSql(
      `create table "sessions" ("id" uuid not null, "user_id" uuid not null, "generation" int not null, "created_at" timestamptz(3) not null, "authenticated_at" timestamptz(3) not null, "last_used_at" timestamptz(3) not null, "ip_address" text null, "user_agent" text null, primary key ("id"));`,
    );
    this.addSql(`create index "sessions_user_id_index" on "sessions" ("user_id");`);

    this.addSql(`alter table "users" add constraint "users_role_check" check ("role" in ('USER', 'ADMIN'));`);
    this.addSql(
      `alter table "users" add constraint "users_status_check" check ("status" in ('ACTIVE', 'DISABLED'));`,
    );

    this.addSql(
      `alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "sessions" drop constraint "sessions_user_id_foreign";`);

    this.addSql(`drop table if exists "attempt_counters" cascade;`);
    this.addSql(`drop table if exists "signing_keys" cascade;`);
    this.addSql(`drop table if exists "transaction_marks" cascade;`);
    this.addSql(`drop table if exists "users" cascade;`);
    this.addSql(`drop table if exists "sessions" cascade;`);
  }
}
