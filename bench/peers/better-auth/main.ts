/** better-auth behind node:http, as its documentation mounts it. */
import { createServer } from "node:http";
import { hashPassword } from "better-auth/crypto";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { simdArgon2 } from "../argon2.js";
import { listen } from "../listen.js";
import { populate } from "../population.js";
import { PASSWORD, readSettings } from "../settings.js";
import { accountRowsWith } from "./account-rows.js";
import { createAuth, createOptions, isArgon2 } from "./auth.js";

const settings = readSettings();
const { database, users } = settings;
const options = createOptions(settings);
const { runMigrations } = await getMigrations(options);
await runMigrations();
const passwordHash = isArgon2 ? await simdArgon2.hash(PASSWORD) : await hashPassword(PASSWORD);
await populate(database, users, accountRowsWith(database.kind, passwordHash));
listen(createServer(toNodeHandler(createAuth(options))));
