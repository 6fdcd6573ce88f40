import { AuthSettingsDocument, type AuthSettingsQuery } from "../gql/graphql";
import { send } from "./send";

/** What a form has to know before it is shown. */
export type AuthSettings = AuthSettingsQuery["authSettings"];

const RETRY_MS = 2000;

/** Asks until there is an answer, and says so after each time that there is none. */
export async function untilSettingsCome(onTrouble: () => void): Promise<AuthSettings> {
  for (;;) {
    try {
      return (await send(AuthSettingsDocument, {})).authSettings;
    } catch {
      onTrouble();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
