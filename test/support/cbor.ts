export type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>;

/** What authenticators write (RFC 8949, CTAP2 canonical form): whole numbers, texts, bytes and maps. */
export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? encodeHead(1, -1 - value) : encodeHead(0, value);
  if (typeof value === "string")
    return Buffer.concat([encodeHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([encodeHead(2, value.length), value]);
  const entries = [...value].flatMap(([key, item]) => [encodeCbor(key), encodeCbor(item)]);
  return Buffer.concat([encodeHead(5, value.size), ...entries]);
}

function encodeHead(majorType: number, argument: number): Buffer {
  const type = majorType << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 2 ** 8) return Buffer.from([type | 24, argument]);
  if (argument >= 2 ** 16) throw new Error(`Too large for an authenticator: ${argument}`);
  return Buffer.from([type | 25, argument >> 8, argument & 0xff]);
}
