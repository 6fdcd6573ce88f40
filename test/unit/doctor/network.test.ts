import type { Finding } from "../../../src/cli/doctor/finding.js";
import { checkOrigins } from "../../../src/cli/doctor/origins.check.js";
import { checkProxy } from "../../../src/cli/doctor/proxy.check.js";
import { isSameSite } from "../../../src/cli/doctor/site.js";

const verdictsOf = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

describe("doctor about PUBLIC_URL, CORS and proxies", () => {
  test.each([
    ["https://auth.example.org", true, "ok"],
    ["http://auth.example.org", true, "FAIL"],
    ["http://auth.example.org", false, "warn"],
    ["http://localhost:4000", true, "FAIL"],
    ["https://127.0.0.1", true, "FAIL"],
    ["http://[::1]:4000", true, "FAIL"],
    ["http://localhost:4000", false, "ok"],
    ["https://localhost.example.org", true, "ok"],
  ])("PUBLIC_URL=%s, in production %s: %s", (publicUrl, isProduction, verdict) => {
    expect(verdictsOf(checkOrigins({ publicUrl, isProduction, corsOrigins: [] }))).toEqual([verdict, "ok"]);
  });

  test.each([
    ["https://app.example.org", "ok", ""],
    ["https://example.org:8443", "ok", ""],
    ["https://auth.example.org", "warn", "superfluous"],
    ["https://app.example.com", "warn", "another site"],
    ["http://app.example.org", "FAIL", "pose as it"],
    ["http://localhost:5173", "warn", "person's machine"],
  ])("CORS_ORIGINS=%s beside https://auth.example.org in production: %s", (origin, verdict, seen) => {
    const config = { publicUrl: "https://auth.example.org/v1", isProduction: true, corsOrigins: [origin] };
    const [, finding] = checkOrigins(config);
    expect(finding).toMatchObject({ verdict, seen: expect.stringContaining(seen) });
  });

  test("each listed origin is judged by itself", () => {
    const corsOrigins = ["http://localhost:5173", "https://auth.example.org", "https://app.example.org"];
    const config = { publicUrl: "https://auth.example.org", isProduction: true, corsOrigins };
    expect(verdictsOf(checkOrigins(config))).toEqual(["ok", "warn", "warn"]);
  });

  test("in development pages of the same machine are of the same site, whatever the port", () => {
    const config = {
      publicUrl: "http://localhost:4000",
      isProduction: false,
      corsOrigins: ["http://localhost:5173"],
    };
    expect(verdictsOf(checkOrigins(config))).toEqual(["ok", "ok"]);
  });

  test.each([
    ["https://a.example.org", "https://b.c.example.org", true],
    ["https://example.org", "https://a.example.org", true],
    ["http://a.example.org", "https://a.example.org", false],
    ["https://a.co.uk", "https://b.co.uk", false],
    ["https://x.a.co.uk", "https://y.a.co.uk", true],
    ["https://a.vercel.app", "https://b.vercel.app", false],
    ["https://x.a.vercel.app", "https://a.vercel.app", true],
    ["https://10.0.0.1", "https://10.0.0.2", false],
    ["https://10.0.0.1", "https://10.0.0.1:444", true],
    ["https://co.uk.example.org", "https://a.example.org", true],
  ])("%s and %s are one site: %s", (one, other, answer) => {
    expect(isSameSite(new URL(one), new URL(other))).toBe(answer);
    expect(isSameSite(new URL(other), new URL(one))).toBe(answer);
  });

  test.each([
    ["https://auth.example.org", 0, "127.0.0.1", true, "FAIL"],
    ["https://auth.example.org", 0, "127.0.0.1", false, "warn"],
    ["https://auth.example.org", 1, "127.0.0.1", true, "ok"],
    ["https://auth.example.org", 1, "0.0.0.0", true, "warn"],
    ["https://auth.example.org", 2, "::", true, "warn"],
    ["http://localhost:4000", 0, "0.0.0.0", false, "ok"],
  ])(
    "PUBLIC_URL=%s TRUST_PROXY=%i HOST=%s, in production %s: %s",
    (publicUrl, trustProxy, host, isProduction, verdict) => {
      expect(verdictsOf(checkProxy({ publicUrl, trustProxy, host, isProduction }))).toEqual([verdict]);
    },
  );
});
