import { Migration20261120132138_initial } from "./Migration20261120132138_initial.js";

/** Every migration in order. Listed by hand, so that what runs is what was compiled in, wherever it is started. */
export const migrations = [Migration20261120132138_initial];
