import { createPublicKey } from 'node:crypto'
import { readClerkVariable } from '../../clerk/variables.ts'
import type { Check } from '../../../shared/sync.ts'
import { failed, inspect, ok, skipped } from './finding.ts'
import type { Finding } from './finding.ts'

type Environment = NodeJS.ProcessEnv

const dashboard = 'Copy it again from Clerk\'s dashboard, API keys'

/** Clerk's two keys, as they are set. A value is undefined where the key is missing or malformed. */
export interface ClerkKeys {
  publishableKey?: { host: string, kind: Kind }
  secretKey?: { value: string, kind: Kind }
}

/** 'live' keys belong to a production instance, 'test' keys to a development instance. */
type Kind = 'live' | 'test'

/** Whether Clerk's keys are set, and have their shapes. */
export function checkKeys(env: Environment): Promise<Check>[] {
  return [
    inspect('Publishable key', () => checkPublishableKey(env)),
    inspect('Secret key', () => checkSecretKey(env)),
    inspect('Kind of keys', () => compareKinds(readKeys(env))),
    ...env.NUXT_CLERK_JWT_KEY ? [inspect('Session key', () => checkSessionKey(env.NUXT_CLERK_JWT_KEY!))] : [],
  ]
}

export function readKeys(env: Environment): ClerkKeys {
  const publishable = readClerkVariable('NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY', env).value.trim()
  const secret = readClerkVariable('NUXT_CLERK_SECRET_KEY', env).value.trim()
  const host = hostOf(publishable)
  return {
    publishableKey: host === undefined ? undefined : { host, kind: kindOf(publishable) },
    secretKey: /^sk_(?:test|live)_[\w-]+$/.test(secret) ? { value: secret, kind: kindOf(secret) } : undefined,
  }
}

/** Base64 with or without its padding. Node decodes more than that, which Clerk's SDK does not read. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** The host of Clerk's Frontend API in a publishable key, in base64 with a dollar sign at its end. */
function hostOf(key: string): string | undefined {
  const [, encoded = ''] = /^pk_(?:test|live)_(.*)$/s.exec(key) ?? []
  if (!base64.test(encoded)) return undefined
  const [, host] = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)\$$/i.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  return host
}

const kindOf = (key: string): Kind => key.split('_')[1] === 'live' ? 'live' : 'test'

function checkPublishableKey(env: Environment): Finding {
  const { name, value } = readClerkVariable('NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY', env)
  const key = value.trim()
  if (!key) return missing(name, env, ['NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY', 'VITE_CLERK_PUBLISHABLE_KEY'])
  if (key.startsWith('sk_')) {
    return failed(
      `${name} contains a secret key, which every visitor can read`,
      'Set it to the publishable key (pk_…), and replace the secret key in Clerk\'s dashboard, because it is known now',
    )
  }
  if (!/^pk_(?:test|live)_/.test(key)) {
    return failed(`${name} is not a publishable key: it does not start with pk_test_ or pk_live_`, dashboard)
  }
  const host = hostOf(key)
  if (!host) return failed(`${name} decodes to no host`, `It may be cut off. ${dashboard}`)
  return ok(`${name} is the key of ${host}`)
}

function checkSecretKey(env: Environment): Finding {
  const { name, value } = readClerkVariable('NUXT_CLERK_SECRET_KEY', env)
  const key = value.trim()
  if (!key) return missing(name, env, ['NUXT_PUBLIC_CLERK_SECRET_KEY'])
  if (key.startsWith('pk_')) return failed(`${name} contains a publishable key`, 'Set it to the secret key (sk_…)')
  if (key.startsWith('whsec_')) {
    return failed(`${name} contains a webhook's signing secret`, 'Set it to the secret key (sk_…)')
  }
  const { secretKey } = readKeys(env)
  if (!secretKey) {
    return failed(`${name} is not a secret key: sk_test_ or sk_live_, and letters and digits`, dashboard)
  }
  return ok(`${name} has the shape of a secret key`)
}

/** @param others  names by which other frameworks read the same key */
function missing(name: string, env: Environment, others: string[]): Finding {
  const other = others.find(each => env[each])
  if (other) return failed(`${name} is not set, but ${other} is`, `Rename ${other} to ${name}`)
  return failed(
    `${name} is not set`,
    'Set it in .env, from Clerk\'s dashboard, API keys. Without keys, use Local Clerk: start `npm run dev` first',
  )
}

function compareKinds({ publishableKey, secretKey }: ClerkKeys): Finding {
  if (!publishableKey || !secretKey) return skipped('Needs two well-formed keys')
  const { kind } = publishableKey
  const instance = kind === 'live' ? 'a production' : 'a development'
  if (kind === secretKey.kind) return ok(`Both are keys of ${instance} instance`)
  return failed(
    `The secret key is sk_${secretKey.kind}_, but the publishable key is pk_${kind}_`,
    'Copy both keys from the same instance of Clerk\'s dashboard, Development or Production',
  )
}

/**
 * The modulus of the PEM public key that verifies session tokens; undefined where Clerk's SDK could not read it, which
 * takes RSA keys of 2048 bits, with or without the lines around them.
 */
export function modulusOf(pem: string): string | undefined {
  const encoded = pem.replaceAll(/[\n\r]|-----(?:BEGIN|END) PUBLIC KEY-----/g, '')
  if (!base64.test(encoded)) return undefined
  try {
    const { n = '' } = createPublicKey({ key: Buffer.from(encoded, 'base64'), format: 'der', type: 'spki' })
      .export({ format: 'jwk' })
    return Buffer.from(n, 'base64url').length === 256 ? n : undefined
  }
  catch {
    return undefined
  }
}

function checkSessionKey(pem: string): Finding {
  if (modulusOf(pem)) return ok('NUXT_CLERK_JWT_KEY is a public key')
  const escaped = pem.includes('\\n') ? ': its line breaks are written as \\n' : ''
  return failed(
    `NUXT_CLERK_JWT_KEY is not a public key in PEM${escaped}`,
    'Set it to the whole key, with real line breaks, from Clerk\'s dashboard, API keys; or leave it empty',
  )
}
