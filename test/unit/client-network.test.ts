import type { FastifyRequest } from "fastify";
import { readClientInfo } from "../../src/http/client-info.js";
import { clientNetworkOf } from "../../src/lib/client-network.js";

describe("the client's network", () => {
  const networkOf = (ip: string | undefined): string =>
    clientNetworkOf(readClientInfo({ ip, headers: {} } as unknown as FastifyRequest));

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
    ["0000:0000:0000:0000:0000:ffff:c000:0201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8::1:2:3:4:5", "2001:db8:0:1::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["64:ff9b::192.0.2.33", "64:ff9b:0:0::/64"],
    ["1:2:3:4:5:6:192.0.2.33", "1:2:3:4::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["not an address", "unknown"],
    ["192.0.2.1:443", "192.0.2.1"],
    ["[2001:db8::1]:443", "2001:db8:0:0::/64"],
    ["[::ffff:192.0.2.1]", "192.0.2.1"],
    ["192.0.2.1:443:1", "unknown"],
    ["", "unknown"],
    [undefined, "unknown"],
  ])("14: of %s is %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
