import { SealedBox } from "../../src/lib/sealed-box.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";

const OLD = "the-old-secret-of-at-least-32-bytes!";
const NEW = "the-new-secret-of-at-least-32-bytes!";

describe("a sealed box", () => {
  const box = new SealedBox(new SecretKeys(NEW, OLD));

  test("opens what it sealed, under the same label only", () => {
    const sealed = box.seal("plain", "row:1");
    expect(box.open(sealed, "row:1")).toEqual({ plaintext: "plain", stale: false });
    expect(box.open(sealed, "row:2")).toBeNull();
    expect(sealed).not.toContain(Buffer.from("plain").toString("base64url"));
    expect(box.seal("plain", "row:1")).not.toBe(sealed);
  });

  test("opens what AUTH_SECRET_PREVIOUS sealed, and says so", () => {
    const sealed = new SealedBox(new SecretKeys(OLD)).seal("plain", "row:1");
    expect(box.open(sealed, "row:1")).toEqual({ plaintext: "plain", stale: true });
    expect(new SealedBox(new SecretKeys(NEW)).open(sealed, "row:1")).toBeNull();
  });

  test("does not open what was changed in any byte", () => {
    const [version, encoded = ""] = box.seal("plain", "row:1").split(".");
    const bytes = Buffer.from(encoded, "base64url");
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(box.open(`${version}.${changed.toString("base64url")}`, "row:1")).toBeNull();
    }
    expect(box.open("v1.short", "row:1")).toBeNull();
    expect(box.open(`v2.${encoded}`, "row:1")).toBeNull();
    expect(box.open("", "row:1")).toBeNull();
  });

  test("keys of two purposes have nothing in common", () => {
    const [a] = new SecretKeys(NEW).derive("refresh-token");
    const [b] = new SecretKeys(NEW).derive("access-token");
    expect(a.key.export().toString("hex")).not.toBe(b.key.export().toString("hex"));
    expect(a.kid).not.toBe(b.kid);
  });
});
