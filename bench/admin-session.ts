import { createSign, generateKeyPairSync } from 'node:crypto'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An admin whose session tokens this process signs in Clerk's place. */
export function createAdmin() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const tokens = new Map<string, string>()

  /** For three hours. */
  function sign(origin: string): string {
    const now = Math.floor(Date.now() / 1_000)
    const claims = {
      iss: 'https://clerk.example.com',
      sub: 'user_admin',
      sid: 'sess_bench',
      azp: origin,
      iat: now,
      nbf: now - 5,
      exp: now + 3 * 3_600,
      v: 2,
      metadata: { role: 'admin' },
    }
    const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'ins_bench' })}.${encode(claims)}`
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
  }

  return {
    id: 'user_admin',
    env: { NUXT_CLERK_JWT_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    /** For an app at this origin. A browser, too, sends a token many times: signing one is no part of a search. */
    headers(origin: string): { authorization: string } {
      if (!tokens.has(origin)) tokens.set(origin, sign(origin))
      return { authorization: `Bearer ${tokens.get(origin)}` }
    },
  }
}
