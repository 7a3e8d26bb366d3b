import { generateKeyPairSync } from 'node:crypto'
import { parsePublishableKey } from '@clerk/shared/keys'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKeys, readKeys } from '../../server/sync/checks/keys.ts'

const encode = (text: string) => Buffer.from(text).toString('base64')
const keyOf = (kind: string, host: string) => `pk_${kind}_${encode(`${host}$`)}`
const live = keyOf('live', 'clerk.app.example')
const test = keyOf('test', 'happy-cat-1.clerk.accounts.dev')
const secret = `sk_live_${'a1B2'.repeat(10)}`
const pem = (bits: number) =>
  String(generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ type: 'spki', format: 'pem' }))

async function check(env: Record<string, string>, what: string) {
  const found = (await Promise.all(checkKeys(env))).find(each => each.what === what)
  return found && { verdict: found.verdict, found: found.found, mend: found.mend }
}

describe('the check of the publishable key', () => {
  const name = 'NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY'

  it.each([
    [live, 'clerk.app.example'],
    [test, 'happy-cat-1.clerk.accounts.dev'],
    // Clerk's own keys have no padding.
    [live.replace(/=+$/, ''), 'clerk.app.example'],
    [`${live}\n`, 'clerk.app.example'],
  ])('finds the host in %j', async (key, host) => {
    expect(await check({ [name]: key }, 'Publishable key')).toEqual({
      verdict: 'ok',
      found: `${name} is the key of ${host}`,
      mend: null,
    })
  })

  it('reads Clerk\'s own name, and says which one it read', async () => {
    expect(await check({ CLERK_PUBLISHABLE_KEY: live }, 'Publishable key')).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/^CLERK_PUBLISHABLE_KEY /),
    })
    const both = { [name]: test, CLERK_PUBLISHABLE_KEY: live }
    expect((await check(both, 'Publishable key'))!.found).toContain('happy-cat')
  })

  it.each([
    ['', /is not set/],
    ['   ', /is not set/],
    ['pk_live_', /decodes to no host/],
    [live.slice(0, -6), /decodes to no host/],
    [`pk_live_${encode('clerk.app.example')}`, /decodes to no host/],
    [keyOf('live', 'https://clerk.app.example'), /decodes to no host/],
    [keyOf('live', 'localhost'), /decodes to no host/],
    [keyOf('live', 'clerk.app.example$other'), /decodes to no host/],
    [keyOf('live', 'clerk.app.example/path'), /decodes to no host/],
    [keyOf('live', 'a b.example'), /decodes to no host/],
    ['pk_live_Y2xlcmsu%%%', /decodes to no host/],
    ['pk_live_xxx', /decodes to no host/],
    [live.replace('pk_live_', 'pk_prod_'), /not a publishable key/],
    [live.replace('pk_live_', ''), /not a publishable key/],
    ['clerk.app.example', /not a publishable key/],
    [`"${live}"`, /not a publishable key/],
    [secret, /contains a secret key/],
  ])('names the variable when it is %j', async (key, reason) => {
    const found = await check({ [name]: key }, 'Publishable key')
    expect(found).toMatchObject({ verdict: 'failed', found: expect.stringMatching(reason), mend: expect.any(String) })
    expect(found!.found).toContain(name)
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  it('names the variable of another framework that is set in its place', async () => {
    expect(await check({ NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: live }, 'Publishable key')).toMatchObject({
      verdict: 'failed',
      mend: `Rename NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY to ${name}`,
    })
  })

  it('accepts no key that Clerk\'s own parser refuses, and finds the same host', () => {
    const encoded = [encode('clerk.app.example$'), encode('a.b$')]
    const piece = fc.constantFrom('pk_', 'live_', 'test_', '_', '$', '=', '\n', ...encoded)
    const key = fc.oneof(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 6 }).map(pieces => pieces.join('')),
      fc.tuple(fc.constantFrom('live', 'test'), fc.domain()).map(([kind, host]) => keyOf(kind, host)),
      fc.tuple(fc.constantFrom('live', 'test'), fc.string()).map(([kind, text]) => keyOf(kind, text)),
    )
    fc.assert(
      fc.property(key, (text) => {
        const { publishableKey } = readKeys({ [name]: text })
        if (!publishableKey) return
        const official = parsePublishableKey(text.trim())
        expect(publishableKey).toEqual({
          host: official?.frontendApi,
          kind: official?.instanceType === 'production' ? 'live' : 'test',
        })
      }),
      { numRuns: 2_000, examples: [[`pk_live_${encode('clerk.app.example$')}=`]] },
    )
  })
})

describe('the check of the secret key', () => {
  const name = 'NUXT_CLERK_SECRET_KEY'

  it.each([secret, secret.replace('live', 'test'), `${secret}\r\n`, 'sk_live_none', 'sk_live_a-b_c'])(
    'accepts %j',
    async (key) => {
      expect(await check({ [name]: key }, 'Secret key')).toMatchObject({ verdict: 'ok', mend: null })
    },
  )

  it.each([
    ['', /is not set/],
    ['\n', /is not set/],
    [live, /contains a publishable key/],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', /contains a webhook's signing secret/],
    ['sk_live_', /not a secret key/],
    ['sk_prod_abcdef', /not a secret key/],
    [`${secret.slice(0, 20)}\n${secret.slice(20)}`, /not a secret key/],
    [`${secret.slice(0, 20)} ${secret.slice(20)}`, /not a secret key/],
    [`Bearer ${secret}`, /not a secret key/],
    [`"${secret}"`, /not a secret key/],
    ['your-secret-key', /not a secret key/],
  ])('names the variable, and never the value, when it is %j', async (key, reason) => {
    const found = await check({ [name]: key }, 'Secret key')
    expect(found).toMatchObject({ verdict: 'failed', found: expect.stringMatching(reason), mend: expect.any(String) })
    expect(found!.found).toContain(name)
    expect(JSON.stringify(found)).not.toMatch(/a1B2|MfKQ9r8G|your-secret/)
  })
})

describe('the check of both kinds', () => {
  const both = (publishable: string, secretKey: string) => ({
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishable,
    NUXT_CLERK_SECRET_KEY: secretKey,
  })

  it.each([
    [live, secret, 'ok', /production/],
    [test, 'sk_test_abc', 'ok', /development/],
    [live, 'sk_test_abc', 'failed', /sk_test_, but the publishable key is pk_live_/],
    [test, secret, 'failed', /sk_live_, but the publishable key is pk_test_/],
    ['pk_live_x', secret, 'skipped', /two well-formed keys/],
    [live, '', 'skipped', /two well-formed keys/],
  ])('compares %s with %s: %s', async (publishable, secretKey, verdict, found) => {
    expect(await check(both(publishable, secretKey), 'Kind of keys')).toMatchObject({
      verdict,
      found: expect.stringMatching(found),
    })
  })
})

describe('the check of the session key', () => {
  const valid = pem(2_048)

  it('is left out when none is set', async () => {
    expect(await check({}, 'Session key')).toBeUndefined()
  })

  it.each([valid, valid.trim(), valid.replaceAll('\n', '\r\n'), valid.replaceAll(/-----.*-----|\n/g, '')])(
    'accepts what Clerk\'s SDK reads: case %#',
    async (key) => {
      expect(await check({ NUXT_CLERK_JWT_KEY: key }, 'Session key')).toMatchObject({ verdict: 'ok' })
    },
  )

  it.each([
    [valid.replaceAll('\n', '\\n'), /line breaks are written as \\n/],
    [valid.replaceAll('\n', ' '), /not a public key in PEM$/],
    [valid.replace('\n-----END', '=\n-----END'), /not a public key in PEM$/],
    [valid.slice(0, 200), /not a public key in PEM$/],
    [`"${valid}"`, /not a public key in PEM$/],
    [pem(1_024), /not a public key in PEM$/],
    ['PUBLIC KEY', /not a public key in PEM$/],
  ])('names the variable when it is malformed: case %#', async (key, found) => {
    expect(await check({ NUXT_CLERK_JWT_KEY: key }, 'Session key')).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(found),
    })
  })
})
