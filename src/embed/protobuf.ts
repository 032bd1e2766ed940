// Encodes and reads protobuf messages: just the wire types that an ONNX file needs.

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

export interface Field {
  number: number
  /** A number, or the bytes of a string or message. */
  value: number | Uint8Array
  /** The whole field as it is encoded. */
  encoded: Encoded
}

/** Reads the fields of a message, in order. Throws when it is no message. */
export function fieldsOf (message: Uint8Array): Field[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  const fields: Field[] = []
  let at = 0
  while (at < message.length) {
    const start = at
    const key = readVarint()
    fields.push({ number: Math.floor(key / 8), value: readValue(key % 8), encoded: message.subarray(start, at) })
  }
  return fields

  function readVarint (): number {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const group = view.getUint8(at++)
      value |= BigInt(group & 127) << shift
      if (group < 128) return Number(BigInt.asIntN(64, value))
    }
  }

  function readValue (type: number): number | Uint8Array {
    if (type === 0) return readVarint()
    const length = type === 2 ? readVarint() : type === 5 ? 4 : type === 1 ? 8 : NaN
    if (!(at + length <= message.length)) throw new Error('This is no protobuf message.')
    at += length
    return message.subarray(at - length, at)
  }
}
