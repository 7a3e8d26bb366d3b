import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const algorithms = { ES256: -7, EdDSA: -8, RS256: -257 }
export type Algorithm = keyof typeof algorithms

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()

interface Options {
  origin: string
  challenge: string
  /** The host that the passkey is for: the origin's, where absent. */
  rpId?: string
  /** The bits that say whether somebody was present (1), and was verified (4). */
  flags?: number
  counter?: number
}

/** A security key that signs for its user, as WebAuthn describes it: its passkey is made for one app. */
export function createAuthenticator(algorithm: Algorithm) {
  const id = randomBytes(16)
  const { publicKey, privateKey } = generateKeys(algorithm)

  function authenticatorData(options: Options, key?: Buffer) {
    const { origin, rpId = new URL(origin).hostname, flags = 5, counter = 0 } = options
    const head = Buffer.alloc(5)
    head.writeUInt8(flags | (key ? 0x40 : 0))
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(rpId), head, ...key ? [Buffer.alloc(16), length(id), id, key] : []])
  }

  const clientData = (type: string, { challenge, origin }: Options) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

  const credential = (response: object) => JSON.stringify({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    response,
  })

  return {
    /** Creates the passkey. */
    create(options: Options & { format?: string }): string {
      const authData = authenticatorData(options, cbor(coseKey(algorithm, publicKey)))
      const attestation = new Map<unknown, unknown>([
        ['fmt', options.format ?? 'none'], ['attStmt', new Map()], ['authData', authData],
      ])
      return credential({
        clientDataJSON: clientData('webauthn.create', options).toString('base64url'),
        attestationObject: cbor(attestation).toString('base64url'),
      })
    },

    /** Signs in with the passkey. */
    get(options: Options): string {
      const data = authenticatorData(options)
      const client = clientData('webauthn.get', options)
      const hash = algorithm === 'EdDSA' ? null : 'sha256'
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign(hash, Buffer.concat([data, sha256(client)]), privateKey).toString('base64url'),
        userHandle: null,
      })
    },
  }
}

function generateKeys(algorithm: Algorithm) {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** The public key in COSE's format. */
function coseKey(algorithm: Algorithm, publicKey: ReturnType<typeof generateKeys>['publicKey']) {
  const { x, y, n, e } = publicKey.export({ format: 'jwk' })
  const bytes = (text: string | undefined) => Buffer.from(text!, 'base64url')
  const fields = {
    ES256: [[1, 2], [-1, 1], [-2, x && bytes(x)], [-3, y && bytes(y)]],
    EdDSA: [[1, 1], [-1, 6], [-2, x && bytes(x)]],
    RS256: [[1, 3], [-1, n && bytes(n)], [-2, e && bytes(e)]],
  }[algorithm]
  return new Map([...fields, [3, algorithms[algorithm]]] as [unknown, unknown][])
}

/** Encodes maps, texts, bytes and integers. */
function cbor(value: unknown): Buffer {
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  const number = value as number
  return number < 0 ? head(1, -1 - number) : head(0, number)
}

function head(type: number, count: number): Buffer {
  if (count < 24) return Buffer.from([type << 5 | count])
  if (count < 256) return Buffer.from([type << 5 | 24, count])
  return Buffer.from([type << 5 | 25, count >> 8, count & 0xff])
}

function length(bytes: Buffer): Buffer {
  return Buffer.from([bytes.length >> 8, bytes.length & 0xff])
}
