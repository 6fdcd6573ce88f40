/** NestJS with GraphQL, Passport and TypeORM, as its documentation puts them together. */
import "reflect-metadata";
import { ValidationPipe } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { chosenArgon2 } from "../argon2.js";
import { announce, HOST, PORT } from "../listen.js";
import { populate } from "../population.js";
import { PASSWORD, readSettings } from "../settings.js";
import { accountRowsWith } from "./account-rows.js";
import { AppModule } from "./app.module.js";

const { database, users } = readSettings();
const app = await NestFactory.create(AppModule, { logger: false });
app.useGlobalPipes(new ValidationPipe());
// With the tables that the application has made.
await app.init();
await populate(database, users, accountRowsWith(database.kind, await chosenArgon2.hash(PASSWORD)));
await app.listen(PORT, HOST);
announce(app.getHttpServer());
