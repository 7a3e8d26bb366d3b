import { ok } from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { readCbor } from './cbor.ts'

// What a server checks of WebAuthn (Level 3, sections 7.1 and 7.2): each function throws an Error that names what is
// wrong. Attestations are not asked for.

/** What the browser is asked to sign, and where. */
export interface Ceremony {
  /** In base64url. */
  challenge: string
  origin: string
  /** The host that the passkey is for. */
  rpId: string
}

export interface Credential {
  /** In base64url. */
  id: string
  key: JsonWebKey
  algorithm: Algorithm
  /** The number of signatures, if the authenticator counts them. */
  counter: number
}

/** A credential as ClerkJS serializes it: binary values are in base64url. */
export interface PublicKeyCredential {
  id: string
  response: {
    clientDataJSON: string
    /** Only of a new passkey. */
    attestationObject?: string
    authenticatorData?: string
    signature?: string
    userHandle?: string | null
  }
}

/** The signatures that are accepted, by their numbers in COSE, in the order of preference. */
const algorithms = { ES256: -7, EdDSA: -8, RS256: -257 }
type Algorithm = keyof typeof algorithms

export const publicKeyParameters = Object.values(algorithms).map(alg => ({ type: 'public-key', alg }))

const flags = { userPresent: 0x01, userVerified: 0x04, hasCredential: 0x40 }

const decode = (text: unknown) => Buffer.from(String(text), 'base64url')
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()

/** Checks a new passkey. */
export function verifyRegistration({ response }: PublicKeyCredential, ceremony: Ceremony): Credential {
  checkClientData(decode(response.clientDataJSON), 'webauthn.create', ceremony)
  const attestation = readCbor(decode(response.attestationObject)).value
  ok(attestation instanceof Map, 'The attestation is no map')
  ok(attestation.get('fmt') === 'none', 'The attestation has a format that was not asked for')
  const data = attestation.get('authData')
  ok(data instanceof Buffer, 'The attestation has no authenticator data')
  const { counter, bits } = readAuthenticatorData(data, ceremony.rpId)
  ok(bits & flags.hasCredential, 'The authenticator data has no credential')
  const idLength = data.readUInt16BE(53)
  const id = data.subarray(55, 55 + idLength)
  return { id: id.toString('base64url'), counter, ...readKey(data, 55 + idLength) }
}

/**
 * Checks a sign-in with a passkey.
 * @returns the new counter
 */
export function verifyAssertion(
  { response }: PublicKeyCredential,
  { key, algorithm, counter: lastCounter }: Credential,
  ceremony: Ceremony,
): number {
  const clientData = decode(response.clientDataJSON)
  checkClientData(clientData, 'webauthn.get', ceremony)
  const data = decode(response.authenticatorData)
  const { counter } = readAuthenticatorData(data, ceremony.rpId)
  const signed = Buffer.concat([data, sha256(clientData)])
  const publicKey = createPublicKey({ key, format: 'jwk' })
  const hash = algorithm === 'EdDSA' ? null : 'sha256'
  ok(verify(hash, signed, publicKey, decode(response.signature)), 'The signature is wrong')
  // A copy of the passkey would repeat a number. Passkeys that are synced between devices always say 0.
  ok(counter > lastCounter || (counter === 0 && lastCounter === 0), 'The counter has not grown')
  return counter
}

function checkClientData(bytes: Buffer, type: string, { challenge, origin }: Ceremony): void {
  const data = JSON.parse(bytes.toString('utf8'))
  ok(data.type === type, `The client data are not of type ${type}`)
  ok(data.challenge === challenge, 'The challenge is another one')
  ok(data.origin === origin, `The origin is not ${origin}`)
  ok(!data.crossOrigin, 'The page is in a frame of another site')
}

function readAuthenticatorData(data: Buffer, rpId: string): { bits: number, counter: number } {
  ok(data.length >= 37, 'The authenticator data are too short')
  ok(data.subarray(0, 32).equals(sha256(rpId)), `The passkey is not for ${rpId}`)
  const bits = data.readUInt8(32)
  ok(bits & flags.userPresent, 'Nobody was present')
  ok(bits & flags.userVerified, 'The authenticator did not verify its user')
  return { bits, counter: data.readUInt32BE(33) }
}

/** Reads a public key in COSE's format (RFC 9053). */
function readKey(data: Buffer, offset: number): Pick<Credential, 'key' | 'algorithm'> {
  const cose = readCbor(data, offset).value
  ok(cose instanceof Map, 'The public key is no map')
  const text = (label: number) => {
    const bytes = cose.get(label)
    ok(bytes instanceof Buffer, 'The public key is incomplete')
    return bytes.toString('base64url')
  }
  const [type, algorithm, curve] = [cose.get(1), cose.get(3), cose.get(-1)]
  if (type === 2 && algorithm === algorithms.ES256 && curve === 1) {
    return { algorithm: 'ES256', key: { kty: 'EC', crv: 'P-256', x: text(-2), y: text(-3) } }
  }
  if (type === 1 && algorithm === algorithms.EdDSA && curve === 6) {
    return { algorithm: 'EdDSA', key: { kty: 'OKP', crv: 'Ed25519', x: text(-2) } }
  }
  if (type === 3 && algorithm === algorithms.RS256) {
    return { algorithm: 'RS256', key: { kty: 'RSA', n: text(-1), e: text(-2) } }
  }
  throw new Error('The public key is of a type that was not asked for')
}
