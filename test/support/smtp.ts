import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface TestSmtpServer {
  /** With a login: smtp://<user>:<password>@127.0.0.1:<port> */
  urlOf(user: string, password: string): string;
  /** Users who came in. */
  readonly logins: readonly string[];
  close(): Promise<void>;
}

/**
 * A mail server within this process. It knows one password, and repeats a wrong one in its answer, as none should; or
 * with null it offers no login.
 */
export async function startSmtpServer(password: string | null): Promise<TestSmtpServer> {
  const logins: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", ...(password === null ? ["AUTH"] : [])],
    allowInsecureAuth: true,
    onAuth({ username, password: given }, _session, callback) {
      if (given !== password) return callback(new Error(`no "${given}" for "${username}" here`));
      logins.push(String(username));
      callback(null, { user: username });
    },
  });
  const { port, close } = await listen(server);
  return {
    urlOf: (user, given) => `smtp://${user}:${encodeURIComponent(given)}@127.0.0.1:${port}`,
    logins,
    close,
  };
}

export interface ListeningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** At 127.0.0.1, by default on any free port. */
export async function listen(server: SMTPServer, wantedPort = 0): Promise<ListeningServer> {
  await new Promise<void>((resolve) => server.listen(wantedPort, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
