/** What an able developer writes by hand: Express, graphql-http, jsonwebtoken and prepared statements. */
import { createServer } from "node:http";
import express from "express";
import { createHandler } from "graphql-http/lib/use/express";
import { chosenArgon2 } from "../argon2.js";
import { listen } from "../listen.js";
import { populate } from "../population.js";
import { PASSWORD, readSettings } from "../settings.js";
import { accountRowsWith } from "./account-rows.js";
import { Authentication } from "./authentication.js";
import { PostgresqlStore } from "./postgresql-store.js";
import { type GraphqlContext, resolvers, schema } from "./schema.js";
import { SqliteStore } from "./sqlite-store.js";
import { Tokens } from "./tokens.js";

const { database, secret, users } = readSettings();
const store =
  database.kind === "sqlite" ? new SqliteStore(database.file) : await PostgresqlStore.open(database.url);
const passwordHash = await chosenArgon2.hash(PASSWORD);
await populate(database, users, accountRowsWith(database.kind, passwordHash));

const tokens = new Tokens(Buffer.from(secret));
const authentication = new Authentication(store, tokens, chosenArgon2, passwordHash);
const app = express();
app.disable("x-powered-by");
app.all(
  "/graphql",
  createHandler<GraphqlContext>({
    schema,
    rootValue: resolvers,
    context: async ({ raw }) => ({
      authentication,
      viewer: await authentication.findViewer(raw.headers.authorization),
    }),
  }),
);
listen(createServer(app));
