import { Migration20261120111229_initial } from "./Migration20261120111229_initial.js";
import { Migration20261120152503_signing_keys_sign_from } from "./Migration20261120152503_signing_keys_sign_from.js";
import { Migration20261120184204_mail } from "./Migration20261120184204_mail.js";
import { Migration20261121134237_administration } from "./Migration20261121134237_administration.js";
import { Migration20261121140449_security_events_by_user_and_type } from "./Migration20261121140449_security_events_by_user_and_type.js";
import { Migration20261121141038_names_in_order } from "./Migration20261121141038_names_in_order.js";
import { Migration20261121164524_second_factor_and_passkeys } from "./Migration20261121164524_second_factor_and_passkeys.js";

/** Every migration in order. Listed by hand, so that what runs is what was compiled in, wherever it is started. */
export const migrations = [
  Migration20261120111229_initial,
  Migration20261120152503_signing_keys_sign_from,
  Migration20261120184204_mail,
  Migration20261121134237_administration,
  Migration20261121140449_security_events_by_user_and_type,
  Migration20261121141038_names_in_order,
  Migration20261121164524_second_factor_and_passkeys,
];
