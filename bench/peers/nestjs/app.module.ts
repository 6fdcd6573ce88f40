import { ApolloDriver, type ApolloDriverConfig } from "@nestjs/apollo";
import { Module } from "@nestjs/common";
import { GraphQLModule } from "@nestjs/graphql";
import { TypeOrmModule, type TypeOrmModuleOptions } from "@nestjs/typeorm";
import { type DatabaseSettings, readSettings } from "../settings.js";
import { makeDurable } from "../sqlite.js";
import { AuthModule } from "./auth.module.js";

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...connection(readSettings().database),
      autoLoadEntities: true,
      synchronize: true,
    }),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
    AuthModule,
  ],
})
export class AppModule {}

function connection(database: DatabaseSettings): TypeOrmModuleOptions {
  return database.kind === "sqlite"
    ? { type: "better-sqlite3", database: database.file, prepareDatabase: makeDurable }
    : { type: "postgres", url: database.url };
}
