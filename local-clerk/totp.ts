import { createHmac, randomBytes } from 'node:crypto'

// Codes of authenticator apps (RFC 6238), with the parameters that every app supports: SHA-1, 6 digits, 30 seconds.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const stepMs = 30_000

/** A random secret of 160 bits, in base32. */
export function newTotpSecret(): string {
  return [...randomBytes(32)].map(byte => alphabet[byte % 32]).join('')
}

/** What the QR code for an authenticator app contains. */
export function totpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const query = new URLSearchParams({ algorithm: 'SHA1', digits: '6', issuer, period: '30', secret })
  // Apps show a plus as it is.
  return `otpauth://totp/${label}?${String(query).replaceAll('+', '%20')}`
}

/**
 * The code that an authenticator app shows.
 * @param secret  in base32
 * @param at  milliseconds since the epoch
 */
export function totpCode(secret: string, at: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / stepMs)))
  const hash = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = hash.at(-1)! & 0xf
  const number = hash.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 1_000_000).padStart(6, '0')
}

/** Whether a code is current, or one step older or newer: clocks differ, and people type slowly. */
export function isTotpCode(secret: string, code: string, at: number): boolean {
  return [at, at - stepMs, at + stepMs].some(time => totpCode(secret, time) === code)
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
}
