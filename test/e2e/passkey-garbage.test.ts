import { Authenticator } from "../support/authenticator.js";
import { encodeCbor } from "../support/cbor.js";
import { type Account, signedUp } from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import {
  askPasskeys,
  finishRegistration,
  passkeysOf,
  type Registration,
  startRegistration,
} from "../support/passkey-journeys.js";
import { finishPasskeyLogin, startCeremony } from "../support/passkey-logins.js";
import { TestApp } from "../support/test-app.js";

const base64url = (bytes: string | Uint8Array) => Buffer.from(bytes).toString("base64url");
const nested = (levels: number, leaf: unknown = null): unknown =>
  Array.from({ length: levels }).reduce((inner) => ({ response: inner }), leaf);

/** Of every type, and of none that was asked for. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  [],
  {},
  [[[]]],
  { length: 3 },
  { toString: "x" },
  { __proto__: null },
  JSON.parse('{"__proto__": {"id": "x"}, "constructor": {"prototype": {"id": "x"}}}'),
  nested(200),
  ...NASTY_STRINGS,
  "A".repeat(50_000),
  "=",
  "AA==",
  "AB",
  "+/+/",
  "AAAA\n",
];

/** CBOR that ends early, claims to be endless or nests too deep; what decodes to something else than expected. */
const CBOR: readonly Buffer[] = [
  Buffer.from([]),
  Buffer.from([0xff]),
  Buffer.from([0xa1]),
  Buffer.from([0x9b, 255, 255, 255, 255, 255, 255, 255, 255]),
  Buffer.from([0xbb, 0, 31, 255, 255, 255, 255, 255, 255]),
  Buffer.from([0x5a, 255, 255, 255, 255, 1]),
  Buffer.alloc(20_000, 0x81),
  Buffer.alloc(20_000, 0xc1),
  Buffer.alloc(20_000, 0xa1),
  encodeCbor("none"),
  encodeCbor(new Map()),
  encodeCbor(new Map([["fmt", "none"]])),
  ...[
    "none",
    "packed",
    "tpm",
    "apple",
    "android-key",
    "android-safetynet",
    "fido-u2f",
    "compound",
    "__proto__",
  ].map((fmt) =>
    encodeCbor(
      new Map<string, string | Buffer | Map<string, string>>([
        ["fmt", fmt],
        ["attStmt", new Map([["x5c", "y"]])],
        ["authData", Buffer.alloc(200, 0x45)],
      ]),
    ),
  ),
];

describe("38, 46: whatever is sent as the answer of a passkey", () => {
  let app: TestApp;
  let account: Account;
  let registration: Registration;
  // biome-ignore lint/suspicious/noExplicitAny: taken apart at every place
  let sound: any;

  beforeAll(async () => {
    app = await TestApp.start({ MAX_BODY_BYTES: "1000000" });
    account = await signedUp(app);
    registration = await startRegistration(app, account);
    sound = new Authenticator().register(registration.options);
  });

  const send = (response: unknown, ceremonyId: unknown = registration.ceremonyId) =>
    askPasskeys(app, "finish", { ...account, variables: { input: { ceremonyId, response } } });

  /** Answered as a passkey that is no good, or as a document that does not fit the schema; as a fault of ours never. */
  async function expectRefused(response: unknown, ceremonyId?: unknown): Promise<void> {
    const { status, body } = await send(response, ceremonyId);
    expect(status).toBeLessThan(500);
    const outcome = body.data?.result?.__typename ?? body.errors?.[0]?.extensions.code;
    // A body with a member __proto__ gets no further than the parser.
    const isPoisoned = JSON.stringify({ response, ceremonyId }).includes('__proto__":');
    expect(["InvalidPasskey", isPoisoned ? "BAD_REQUEST" : "BAD_USER_INPUT"]).toContain(outcome);
  }

  const PLACES: readonly (readonly [string, (value: unknown) => unknown])[] = [
    ["all of it", (value) => value],
    ["id", (value) => ({ ...sound, id: value })],
    ["rawId", (value) => ({ ...sound, rawId: value })],
    ["id and rawId", (value) => ({ ...sound, id: value, rawId: value })],
    ["type", (value) => ({ ...sound, type: value })],
    ["response", (value) => ({ ...sound, response: value })],
    ["clientDataJSON", (value) => ({ ...sound, response: { ...sound.response, clientDataJSON: value } })],
    ["client data", (value) => withClientData(JSON.stringify(value) ?? "")],
    ["challenge", (value) => withClientData(clientData({ challenge: value }))],
    ["origin", (value) => withClientData(clientData({ origin: value }))],
    ["crossOrigin", (value) => withClientData(clientData({ crossOrigin: value === null ? 1 : value }))],
    [
      "attestationObject",
      (value) => ({ ...sound, response: { ...sound.response, attestationObject: value } }),
    ],
  ];

  const withClientData = (text: string | Uint8Array) => ({
    ...sound,
    response: { ...sound.response, clientDataJSON: base64url(text) },
  });
  const clientData = (members: object): string =>
    JSON.stringify({
      ...JSON.parse(Buffer.from(sound.response.clientDataJSON, "base64url").toString()),
      ...members,
    });

  test.each(PLACES)("%s: is refused and breaks nothing", async (_place, put) => {
    for (const value of VALUES) await expectRefused(put(value));
    expect(await passkeysOf(app, account)).toEqual([]);
  });

  test("as the ceremony, too", async () => {
    for (const value of VALUES) await expectRefused(sound, value ?? {});
    expect(await passkeysOf(app, account)).toEqual([]);
  });

  test("as attestation, in CBOR that is none", async () => {
    for (const cbor of CBOR) {
      await expectRefused({ ...sound, response: { ...sound.response, attestationObject: base64url(cbor) } });
    }
    expect(await passkeysOf(app, account)).toEqual([]);
  });

  test("client data in other bytes than UTF-8", async () => {
    await expectRefused(withClientData(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])));
    await expectRefused(withClientData(Buffer.from(clientData({}), "utf16le")));
  });

  test.each([
    ["text", "usb"],
    ["an object", { 0: "usb", length: 1 }],
    ["numbers", [1]],
    ["too many", Array.from({ length: 17 }, () => "usb")],
    ["long ones", ["u".repeat(33)]],
    ["other characters", ["USB\n"]],
  ])("transports as %s", async (_what, transports) => {
    await expectRefused({ ...sound, response: { ...sound.response, transports } });
  });

  test("deep and large documents are refused before", async () => {
    for (const value of [nested(5000), "A".repeat(1_000_000)]) {
      const { status, body } = await send(value);
      expect(status).toBeLessThan(500);
      expect(body.data?.result?.__typename).not.toBe("Passkey");
    }
  });

  test("written into the document, prototypes included", async () => {
    const inline =
      '{ __proto__: { id: "x" }, constructor: "x", id: $id, response: { __proto__: [1, 2.5, true, null] } }';
    const query = `mutation ($id: JSON) {
      result: finishPasskeyRegistration(input: { ceremonyId: "x", response: ${inline} }) { __typename }
    }`;
    const { body } = await app.graphql(query, { token: account.accessToken, variables: { id: sound.id } });
    expect(body.data?.result).toEqual({ __typename: "InvalidPasskey" });
  });

  test("to log in with, at every place", async () => {
    const { ceremonyId, options } = await startCeremony(app, "startPasskeyLogin");
    const answer = new Authenticator().answer(options);
    for (const value of VALUES) {
      const { response } = answer;
      const answers: unknown[] = [
        value,
        { ...answer, id: value, rawId: value },
        { ...answer, response: value },
        ...["clientDataJSON", "authenticatorData", "signature", "userHandle"].map((member) => ({
          ...answer,
          response: { ...response, [member]: value },
        })),
      ];
      for (const garbage of answers) {
        const refused = await finishPasskeyLogin(app, { ceremonyId, response: garbage });
        // What is no value at all, or too long, does not get so far.
        expect(refused.code).toMatch(/^(INVALID_PASSKEY|BAD_USER_INPUT|BAD_REQUEST)$/);
      }
    }
  });

  test("and the sound answer is still good", async () => {
    const { ceremonyId } = registration;
    const added = await finishRegistration(app, account, { ceremonyId, response: sound });
    expect(added).toMatchObject({ __typename: "Passkey" });
  });
});
