import { SecretWatch } from "../support/secret-watch.js";

describe("the watch over secrets in logs, on which statement 47 rests", () => {
  const token = `eyJhbGciOiJFUzI1NiJ9.${"a".repeat(20)}.${"b".repeat(20)}`;

  test("finds tokens, or their signatures, that were seen in any text", () => {
    const watch = new SecretWatch();
    watch.see(`{"data":{"accessToken":"${token}"}}`);
    const lines = ["fine", `{"msg":"${token}"}`, `{"msg":"${"b".repeat(20)}"}`];
    expect(watch.findIn(lines)).toEqual(lines.slice(1));
  });

  test("finds what was sent under the name of a secret, as JSON writes it", () => {
    const watch = new SecretWatch("the secret of the server");
    watch.seeVariables({ input: { password: 'with "quotes" in it', name: "no secret at all" } });
    watch.see('mutation { login(input: { password: "in the document" }) }');
    const lines = [
      JSON.stringify({ msg: 'with "quotes" in it' }),
      "in the document",
      "the secret of the server",
      "no secret at all",
    ];
    expect(watch.findIn(lines)).toEqual(lines.slice(0, 3));
  });
});
