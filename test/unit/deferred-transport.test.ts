import { jest } from "@jest/globals";
import { DeferredTransport } from "../../src/infra/deferred-transport.js";
import type { MailTransport, OutgoingMail } from "../../src/lib/mail-transport.js";

const MAIL: OutgoingMail = {
  to: "ada@example.org",
  subject: "Hello",
  text: "Hello",
  html: "<p>Hello</p>",
  language: "en",
  id: "1",
};

function recordingTransport(calls: string[]): MailTransport {
  return { send: async ({ id }) => void calls.push(`send ${id}`), close: () => void calls.push("close") };
}

describe("a transport that is made when it is needed", () => {
  test("is made once, with the first mail", async () => {
    const calls: string[] = [];
    const make = jest.fn(async () => recordingTransport(calls));
    const transport = new DeferredTransport(make);
    expect(make).not.toHaveBeenCalled();
    await Promise.all([transport.send(MAIL), transport.send({ ...MAIL, id: "2" })]);
    expect(make).toHaveBeenCalledTimes(1);
    expect(calls).toEqual(["send 1", "send 2"]);
  });

  test("is closed also while it is being made", async () => {
    const calls: string[] = [];
    const made = Promise.withResolvers<MailTransport>();
    const transport = new DeferredTransport(() => made.promise);
    const sending = transport.send(MAIL);
    transport.close();
    made.resolve(recordingTransport(calls));
    await sending;
    expect(calls).toEqual(["send 1", "close"]);
  });

  test("that cannot be made fails each mail, and can be closed", async () => {
    const transport = new DeferredTransport(() => Promise.reject(new Error("not installed")));
    await expect(transport.send(MAIL)).rejects.toThrow("not installed");
    await expect(transport.send(MAIL)).rejects.toThrow("not installed");
    transport.close();
  });
});
