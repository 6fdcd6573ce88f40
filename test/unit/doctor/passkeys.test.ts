import { checkPasskeys } from "../../../src/cli/doctor/passkeys.check.js";
import { loadConfig } from "../../../src/config/config.js";
import type { Environment } from "../../../src/config/environment-reader.js";

const IN_PRODUCTION = {
  NODE_ENV: "production",
  AUTH_SECRET: "x".repeat(32),
  SMTP_URL: "smtp://localhost",
} as const;

const findingsOf = (environment: Environment, surroundings: Environment = IN_PRODUCTION) =>
  checkPasskeys(loadConfig({ ...surroundings, ...environment }));

describe("doctor about passkeys", () => {
  test.each<[string, Environment, string]>([
    ["switched off", { PUBLIC_URL: "https://auth.example.org", PASSKEYS: "false" }, "off"],
    ["not possible at an address", { PUBLIC_URL: "https://192.0.2.1" }, "off"],
    [
      "at a domain",
      { PUBLIC_URL: "https://auth.example.org/v1" },
      "of auth.example.org, on pages of https://auth.example.org",
    ],
    [
      "on one's own machine",
      { PUBLIC_URL: "http://localhost:4000" },
      "of localhost, on pages of http://localhost:4000",
    ],
    [
      "below a common domain",
      {
        PUBLIC_URL: "https://auth.example.org",
        CORS_ORIGINS: "https://app.example.org",
        WEBAUTHN_RP_ID: "example.org",
      },
      "of example.org, on pages of https://auth.example.org, https://app.example.org",
    ],
  ])("%s: ok", (_how, environment, seen) => {
    expect(findingsOf(environment)).toEqual([{ verdict: "ok", name: "PASSKEYS", seen }]);
  });

  test.each([
    [IN_PRODUCTION, "FAIL"],
    [{ NODE_ENV: "test" }, "warn"],
  ])("without https, but for one's own machine, with %j: %s", (surroundings, verdict) => {
    const environment = { PUBLIC_URL: "http://auth.example.org", PASSKEYS: "true" };
    expect(findingsOf(environment, surroundings)).toMatchObject([
      { verdict, name: "PASSKEYS", seen: expect.stringContaining("http://auth.example.org:") },
    ]);
  });

  test("each listed origin that the RP ID does not reach is named", () => {
    const findings = findingsOf({
      PUBLIC_URL: "https://auth.example.org",
      CORS_ORIGINS: "https://app.example.org,https://x.auth.example.org,https://notauth.example.org",
    });
    expect(findings.map(({ verdict, name, seen }) => [verdict, name, seen])).toEqual(
      ["https://app.example.org", "https://notauth.example.org"].map((origin) => [
        "warn",
        "WEBAUTHN_RP_ID",
        `auth.example.org: passkeys do not work on pages of ${origin}, which is not below it`,
      ]),
    );
  });
});
