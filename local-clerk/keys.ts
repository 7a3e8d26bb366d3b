import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPair,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Clerk's two types of instances. The app of a production instance serves Local Clerk on its own origin, at `/__clerk`.
 * The app of a development instance needs nothing: a dev browser in URLs stands for cookies of another origin.
 */
export type InstanceType = 'production' | 'development'

/**
 * Hosts that do not exist: ClerkJS reaches Local Clerk by its proxy URL. ClerkJS has a dev browser only for a host that
 * is named like those of Clerk's own development instances.
 */
const frontendHosts: Record<InstanceType, string> = {
  production: 'clerk.localhost',
  development: 'local.clerk.accounts.dev',
}

/** Encodes the host, as Clerk's keys do. */
function publishableKeyOf(instance: InstanceType): string {
  const prefix = instance === 'production' ? 'pk_live_' : 'pk_test_'
  return prefix + Buffer.from(`${frontendHosts[instance]}$`).toString('base64')
}

/** Clerk's suffix of cookies, which keeps apart the instances that share a host. */
export function cookieSuffix(publishableKey: string): string {
  return createHash('sha1').update(publishableKey).digest('base64url').slice(0, 8)
}

/** The publishable key of a production instance. */
export const publishableKey = publishableKeyOf('production')

interface Stored {
  privateKey: string
  secretKey: string
  webhookSecret: string
  previous?: { secret: string, until: number }
}

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`

export interface Keys {
  instance: InstanceType
  publishableKey: string
  /** The host in the publishable key. */
  frontendHost: string
  /** Who signs tokens: their claim `iss`. */
  issuer: string
  /** The pages that Clerk hosts, as ClerkJS derives their address. */
  accountPortal: string
  secretKey: string
  /** The secrets that sign webhooks: the current one, and for 24 hours after a rotation also the previous one. */
  webhookSecrets: () => string[]
  rotateWebhookSecret: () => void
  /** The public key as PEM, for the app's NUXT_CLERK_JWT_KEY. */
  jwtKey: string
  jwks: { keys: object[] }
  /** Signs the claims as an RS256 token. */
  sign: (claims: object, category?: TokenCategory) => string
  /** The claims of a token that this instance has signed, expired or not. */
  claimsOf: (token: string) => Record<string, unknown> | undefined
}

/** Clerk's marks for the kinds of tokens, in their header. */
const categories = { session: 'cl_B7d4PD111AAA', m2m: 'cl_B7d4PD333AAA' }
type TokenCategory = keyof typeof categories

const rsa = {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
} as const

const fileIn = (dataDir: string) => join(dataDir, 'keys.json')

/** A private key as PEM. This takes from 20 to 500 ms, but not of this thread. */
export async function newPrivateKey(): Promise<string> {
  return (await promisify(generateKeyPair)('rsa', rsa)).privateKey
}

/** Creates the keys of a folder that has none. */
export async function prepareKeys(dataDir: string, privateKey: () => Promise<string> = newPrivateKey): Promise<void> {
  if (!existsSync(fileIn(dataDir))) create(dataDir, await privateKey())
}

function create(dataDir: string, privateKey: string): void {
  mkdirSync(dataDir, { recursive: true })
  const created: Stored = {
    privateKey,
    secretKey: `sk_live_${randomBytes(24).toString('base64url')}`,
    webhookSecret: newSecret(),
  }
  writeFileSync(fileIn(dataDir), JSON.stringify(created), { mode: 0o600 })
  // Keys must not get into a repository.
  writeFileSync(join(dataDir, '.gitignore'), '*\n')
}

/** Reads the keys from `<dataDir>/keys.json`, and creates that file first, readable by its owner only. */
export function loadKeys(dataDir: string, instance: InstanceType = 'production'): Keys {
  const file = fileIn(dataDir)
  if (!existsSync(file)) create(dataDir, generateKeyPairSync('rsa', rsa).privateKey)
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored
  const privateKey = createPrivateKey(stored.privateKey)
  const publicKey = createPublicKey(privateKey)
  const jwk = publicKey.export({ format: 'jwk' })
  const kid = `ins_${createHash('sha256').update(JSON.stringify(jwk)).digest('hex').slice(0, 27)}`
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    instance,
    publishableKey: publishableKeyOf(instance),
    frontendHost: frontendHosts[instance],
    issuer: `https://${frontendHosts[instance]}`,
    accountPortal: `https://${frontendHosts[instance].replace(/clerk\.accounts\.|clerk\./, 'accounts.')}`,
    secretKey: instance === 'production' ? stored.secretKey : stored.secretKey.replace('sk_live_', 'sk_test_'),
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
    sign(claims, category = 'session') {
      const header = { alg: 'RS256', cat: categories[category], kid, typ: 'JWT' }
      const text = `${encode(header)}.${encode(claims)}`
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
    },
    claimsOf(token) {
      const [header, claims, signature] = token.split('.')
      if (!claims || !signature) return undefined
      const isOwn = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')
      return isOwn ? JSON.parse(String(Buffer.from(claims, 'base64url'))) : undefined
    },
  }
}

/**
 * The app's environment variables for a Local Clerk, except for the path of its proxy.
 * @param url  where Local Clerk listens
 */
export function environmentOf({ publishableKey, secretKey, jwtKey, webhookSecrets }: Keys, url: string) {
  return {
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
    NUXT_CLERK_SECRET_KEY: secretKey,
    NUXT_CLERK_JWT_KEY: jwtKey,
    NUXT_CLERK_API_URL: url,
    NUXT_CLERK_WEBHOOK_SIGNING_SECRET: webhookSecrets().join(' '),
    LOCAL_CLERK_URL: url,
  }
}
