import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A host that does not exist: ClerkJS reaches Local Clerk through the app's `/__clerk`. */
export const frontendHost = 'clerk.localhost'
/** Encodes the host, as Clerk's keys do. */
export const publishableKey = `pk_live_${Buffer.from(`${frontendHost}$`).toString('base64')}`

interface Stored {
  privateKey: string
  secretKey: string
  webhookSecret: string
  previous?: { secret: string, until: number }
}

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`

export interface Keys {
  secretKey: string
  /** The secrets that sign webhooks: the current one, and for 24 hours after a rotation also the previous one. */
  webhookSecrets: () => string[]
  rotateWebhookSecret: () => void
  /** The public key as PEM, for the app's NUXT_CLERK_JWT_KEY. */
  jwtKey: string
  jwks: { keys: object[] }
  /** Signs the claims as an RS256 token. */
  sign: (claims: object) => string
}

/** Reads the keys from `<dataDir>/keys.json`, and creates that file first, readable by its owner only. */
export function loadKeys(dataDir: string): Keys {
  const file = join(dataDir, 'keys.json')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const created: Stored = {
      privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      secretKey: `sk_live_${randomBytes(24).toString('base64url')}`,
      webhookSecret: newSecret(),
    }
    writeFileSync(file, JSON.stringify(created), { mode: 0o600 })
  }
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored
  const privateKey = createPrivateKey(stored.privateKey)
  const publicKey = createPublicKey(privateKey)
  const jwk = publicKey.export({ format: 'jwk' })
  const kid = `ins_${createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 27)}`
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    secretKey: stored.secretKey,
    webhookSecrets() {
      const secrets = [stored.webhookSecret]
      if (stored.previous && stored.previous.until > Date.now()) secrets.push(stored.previous.secret)
      return secrets
    },
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

/**
 * The app's environment variables for a Local Clerk, except for the path of its proxy.
 * @param url  where Local Clerk listens
 */
export function environmentOf({ secretKey, jwtKey, webhookSecrets }: Keys, url: string) {
  return {
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
    NUXT_CLERK_SECRET_KEY: secretKey,
    NUXT_CLERK_JWT_KEY: jwtKey,
    NUXT_CLERK_API_URL: url,
    NUXT_CLERK_WEBHOOK_SIGNING_SECRET: webhookSecrets().join(' '),
    LOCAL_CLERK_URL: url,
  }
}
