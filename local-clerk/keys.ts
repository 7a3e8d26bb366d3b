import { createHash, createPrivateKey, createPublicKey, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** No host of its own: ClerkJS reaches Local Clerk through the app's `/__clerk`. */
export const publishableKey = `pk_live_${Buffer.from('clerk.localhost$').toString('base64')}`

interface Stored {
  privateKey: string
  secretKey: string
  webhookSecret: string
  previous?: { secret: string, until: number }
}

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`

export interface Keys {
  secretKey: string
  /** What signs webhooks: after a rotation the new one, and for 24 hours the old one beside it. */
  webhookSecrets: () => string[]
  rotateWebhookSecret: () => void
  /** The public key as PEM: the app's NUXT_CLERK_JWT_KEY. */
  jwtKey: string
  jwks: { keys: object[] }
  /** A signed RS256 token of the claims. */
  sign: (claims: object) => string
}

/** Reads the keys of this Local Clerk from `<dataDir>/keys.json`, readable by this user alone; makes them first. */
export function loadKeys(dataDir: string): Keys {
  const file = join(dataDir, 'keys.json')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    writeFileSync(file, JSON.stringify({
      privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      secretKey: `sk_live_${randomBytes(24).toString('base64url')}`,
      webhookSecret: newSecret(),
    } satisfies Stored), { mode: 0o600 })
  }
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored
  const privateKey = createPrivateKey(stored.privateKey)
  const publicKey = createPublicKey(privateKey)
  const jwk = publicKey.export({ format: 'jwk' })
  const kid = `ins_${createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 27)}`
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    secretKey: stored.secretKey,
    webhookSecrets: () => stored.previous && stored.previous.until > Date.now() ? [stored.webhookSecret, stored.previous.secret] : [stored.webhookSecret],
    rotateWebhookSecret() {
      stored.previous = { secret: stored.webhookSecret, until: Date.now() + 86_400_000 }
      stored.webhookSecret = newSecret()
      writeFileSync(file, JSON.stringify(stored), { mode: 0o600 })
    },
    jwtKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    jwks: { keys: [{ ...jwk, use: 'sig', alg: 'RS256', kid }] },
    sign(claims) {
      const text = `${encode({ alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid, typ: 'JWT' })}.${encode(claims)}`
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
    },
  }
}
