import { randomBytes } from 'node:crypto'

const lifetime = 60_000

export type Handshakes = ReturnType<typeof createHandshakes>

/** The cookies of handshakes, which the app's server asks the Backend API for: they would make the URL too long. */
export function createHandshakes() {
  const kept = new Map<string, string[]>()

  return {
    /** @returns the nonce to ask with */
    keep(directives: string[]): string {
      const nonce = randomBytes(24).toString('base64url')
      kept.set(nonce, directives)
      setTimeout(() => kept.delete(nonce), lifetime).unref()
      return nonce
    },

    /** A framework may ask twice for one request. */
    get: (nonce: string): string[] | undefined => kept.get(nonce),
  }
}
