// Encodes protobuf messages: just the wire types that an ONNX file needs.

/** An encoded field, or several in a row. */
export type Encoded = Uint8Array

/** Encodes an integer field. */
export function integer (field: number, value: number): Encoded {
  return Uint8Array.from([...varint(field * 8), ...varint(value)])
}

/** Encodes a float field. */
export function float (field: number, value: number): Encoded {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([Uint8Array.from(varint(field * 8 + 5)), bytes])
}

/** Encodes a field of bytes, a string, or a message given by its fields. */
export function bytes (field: number, content: string | Uint8Array | readonly Encoded[]): Encoded {
  const body = typeof content === 'string' ? Buffer.from(content) : content instanceof Uint8Array ? content : Buffer.concat(content)
  return Buffer.concat([Uint8Array.from([...varint(field * 8 + 2), ...varint(body.length)]), body])
}

/** Splits a whole number into groups of seven bits, lowest first; negative ones have ten groups, as in two's complement. */
function varint (value: number): number[] {
  let left = BigInt.asUintN(64, BigInt(value))
  const groups: number[] = []
  for (; left >= 128n; left >>= 7n) groups.push(Number(left & 127n) | 128)
  groups.push(Number(left))
  return groups
}
