/** Values of CBOR that authenticators send. */
type Value = number | string | Buffer | boolean | null | Value[] | Map<Value, Value>

/**
 * Reads one CBOR value (RFC 8949), as far as WebAuthn's canonical form uses it: no floats, no indefinite lengths.
 * @returns the value, and the offset behind it
 * @throws RangeError when the bytes end too early, or are of another type
 */
export function readCbor(bytes: Buffer, offset = 0): { value: Value, end: number } {
  const head = bytes.readUInt8(offset)
  const { count, end } = readCount(bytes, offset + 1, head & 0x1f)
  switch (head >> 5) {
    case 0: return { value: count, end }
    case 1: return { value: -1 - count, end }
    case 2: return { value: readBytes(bytes, end, count), end: end + count }
    case 3: return { value: readBytes(bytes, end, count).toString('utf8'), end: end + count }
    case 4: {
      const { values, end: last } = readMany(bytes, end, count)
      return { value: values, end: last }
    }
    case 5: {
      const { values, end: last } = readMany(bytes, end, 2 * count)
      const keys = values.filter((_, index) => index % 2 === 0)
      return { value: new Map(keys.map((key, index) => [key, values[2 * index + 1]!])), end: last }
    }
    case 7: {
      const simple = new Map<number, Value>([[20, false], [21, true], [22, null]]).get(count)
      if (simple !== undefined) return { value: simple, end }
    }
  }
  throw new RangeError(`No CBOR value that WebAuthn uses: ${head}`)
}

function readCount(bytes: Buffer, offset: number, info: number): { count: number, end: number } {
  if (info < 24) return { count: info, end: offset }
  if (info > 26) throw new RangeError(`No CBOR length that WebAuthn uses: ${info}`)
  const size = 2 ** (info - 24)
  return { count: bytes.readUIntBE(offset, size), end: offset + size }
}

function readBytes(bytes: Buffer, offset: number, count: number): Buffer {
  if (offset + count > bytes.length) throw new RangeError('CBOR ends too early')
  return bytes.subarray(offset, offset + count)
}

function readMany(bytes: Buffer, offset: number, count: number): { values: Value[], end: number } {
  const values: Value[] = []
  let end = offset
  // Ends with a RangeError if the count is more than what follows.
  while (values.length < count) {
    const item = readCbor(bytes, end)
    values.push(item.value)
    end = item.end
  }
  return { values, end }
}
