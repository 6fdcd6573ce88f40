import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

export const HOST = "127.0.0.1";
/** Any free one unless said otherwise. */
export const PORT = Number(process.env.PORT ?? 0);

export function listen(server: Server): void {
  server.listen(PORT, HOST, () => announce(server));
}

/** The line that whoever started the server waits for. */
export function announce(server: Server): void {
  const { port } = server.address() as AddressInfo;
  console.log(`Ready at http://${HOST}:${port}`);
}
