import { Migration20261120132138_initial } from "./Migration20261120132138_initial.js";
import { Migration20261120152506_signing_keys_sign_from } from "./Migration20261120152506_signing_keys_sign_from.js";
import { Migration20261120184211_mail } from "./Migration20261120184211_mail.js";
import { Migration20261121134241_administration } from "./Migration20261121134241_administration.js";
import { Migration20261121140458_security_events_by_user_and_type } from "./Migration20261121140458_security_events_by_user_and_type.js";
import { Migration20261121141040_names_in_order } from "./Migration20261121141040_names_in_order.js";
import { Migration20261121164528_second_factor_and_passkeys } from "./Migration20261121164528_second_factor_and_passkeys.js";

/** Every migration in order. Listed by hand, so that what runs is what was compiled in, wherever it is started. */
export const migrations = [
  Migration20261120132138_initial,
  Migration20261120152506_signing_keys_sign_from,
  Migration20261120184211_mail,
  Migration20261121134241_administration,
  Migration20261121140458_security_events_by_user_and_type,
  Migration20261121141040_names_in_order,
  Migration20261121164528_second_factor_and_passkeys,
];
