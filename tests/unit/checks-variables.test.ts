import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hideSecrets } from '../../server/sync/checks/hide-secrets.ts'
import { checkHosts } from '../../server/sync/checks/hosts.ts'
import { checkSigningSecrets } from '../../server/sync/checks/signing-secrets.ts'
import { checkStrayCharacters, checkVariables } from '../../server/sync/checks/variables.ts'
import { nodeProblem } from '../../server/node-version.mjs'
import { webhookRoute } from '../../scripts/webhook-route.ts'
import { secret } from '../../fixtures/webhooks.ts'

const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`

describe('the check of Node', () => {
  it.each(['22.19.0', '22.30.1', '24.11.0', '24.21.0', '26.0.0', '30.1.0'])('accepts %s', (node) => {
    expect(nodeProblem('^22.19 || ^24.11 || >=26', { node })).toBeUndefined()
  })

  it.each(['18.20.4', '20.20.2', '22.18.0', '23.11.0', '24.10.0', '25.9.0'])('refuses %s', (node) => {
    expect(nodeProblem('^22.19 || ^24.11 || >=26', { node })).toBe(
      `This is Node ${node}, and Addendum needs ^22.19 or ^24.11 or >=26`,
    )
  })

  it('accepts Bun and Deno, whatever Node they stand in for', () => {
    expect(nodeProblem('>=26', { node: '22.6.0', bun: '1.4.5' })).toBeUndefined()
    expect(nodeProblem('>=26', { node: '22.6.0', deno: '2.9.6' })).toBeUndefined()
  })
})

describe('the check of all variables', () => {
  it('names each variable that the server would not start with', async () => {
    const env = { DELETE_MODE: 'falg', CATCH_UP_MINUTES: '-1', METRICS_TOKEN: 'short' }
    const { verdict, found } = await checkVariables(env)
    expect(verdict).toBe('failed')
    for (const name of Object.keys(env)) expect(found).toContain(name)
    expect(found).not.toMatch(/falg|short$/)
  })

  it('leaves APP_ORIGINS to its own check', async () => {
    expect((await checkVariables({ APP_ORIGINS: 'app.example.com' })).verdict).toBe('ok')
  })

  it('names both of Clerk\'s and the app\'s names when their values differ', async () => {
    const env = { NUXT_CLERK_SECRET_KEY: 'sk_live_a', CLERK_SECRET_KEY: 'sk_live_b' }
    expect(await checkVariables(env)).toMatchObject({
      verdict: 'failed',
      found: 'CLERK_SECRET_KEY differs from NUXT_CLERK_SECRET_KEY, which counts: remove one of them',
    })
    expect((await checkVariables({ ...env, CLERK_SECRET_KEY: 'sk_live_a\n' })).verdict).toBe('ok')
  })
})

describe('the check of copied values', () => {
  it.each([
    ['NUXT_CLERK_SECRET_KEY', 'sk_live_a\n', 'failed', 'ends with a line break'],
    ['NUXT_CLERK_SECRET_KEY', 'sk_live_a\r\n', 'failed', 'ends with a line break'],
    ['NUXT_CLERK_SECRET_KEY', 'sk_live_a ', 'failed', 'ends with a space'],
    ['NUXT_CLERK_SECRET_KEY', '\tsk_live_a', 'failed', 'starts with a space'],
    ['NUXT_CLERK_SECRET_KEY', ' sk_live_a\n', 'failed', 'starts with a space and ends with a line break'],
    ['NUXT_CLERK_SECRET_KEY', '\n', 'failed', 'consists of white space'],
    ['CLERK_SECRET_KEY', 'sk_live_a\n', 'failed', 'ends with a line break'],
    ['NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY', '"pk_live_a"', 'failed', 'is in quotation marks'],
    ['CLERK_PUBLISHABLE_KEY', 'pk_live_a\u00A0', 'failed', 'ends with a space'],
    ['MONGODB_URI', 'mongodb://localhost\n', 'failed', 'ends with a line break'],
    ['METRICS_TOKEN', 'a token of length\n', 'failed', 'ends with a line break'],
    ['CRON_SECRET', '\'a token of length\'', 'failed', 'is in quotation marks'],
    ['NUXT_CLERK_WEBHOOK_SIGNING_SECRET', `${secret}\n`, 'warning', 'ends with a line break. The app ignores that'],
    ['CLERK_WEBHOOK_SIGNING_SECRET', ` ${secret}`, 'warning', 'starts with a space. The app ignores that'],
    ['NUXT_CLERK_WEBHOOK_SIGNING_SECRET', `"${secret}"`, 'failed', 'is in quotation marks'],
  ])('names %s when it is %j', async (name, value, verdict, found) => {
    expect(await checkStrayCharacters({ [name]: value })).toMatchObject({
      verdict,
      found: `${name} ${found}`,
      mend: expect.any(String),
    })
  })

  it('names every one of them, and accepts two secrets during a rotation', async () => {
    const env = {
      NUXT_CLERK_SECRET_KEY: 'a\n',
      MONGODB_URI: ' b',
      NUXT_CLERK_WEBHOOK_SIGNING_SECRET: `${secret} ${other}`,
    }
    expect((await checkStrayCharacters(env)).found).toBe(
      'NUXT_CLERK_SECRET_KEY ends with a line break; MONGODB_URI starts with a space',
    )
  })
})

describe('the check of the signing secrets', () => {
  const name = 'NUXT_CLERK_WEBHOOK_SIGNING_SECRET'

  it.each([
    [secret, `${name} can be decoded`],
    [`${secret}\n`, `${name} can be decoded`],
    [`${secret} ${other}`, `Both secrets in ${name} can be decoded (a rotation)`],
    [`${secret}\n${other}`, `Both secrets in ${name} can be decoded (a rotation)`],
  ])('accepts %j', async (value, found) => {
    expect(await checkSigningSecrets({ [name]: value })).toMatchObject({ verdict: 'ok', found, mend: null })
  })

  it('reads Clerk\'s own name', async () => {
    expect(await checkSigningSecrets({ CLERK_WEBHOOK_SIGNING_SECRET: secret })).toMatchObject({
      verdict: 'ok',
      found: 'CLERK_WEBHOOK_SIGNING_SECRET can be decoded',
    })
  })

  it.each([
    ['', 'failed', /is not set: every webhook is answered 503/],
    [secret.replace('whsec_', ''), 'failed', /is not whsec_ followed by base64/],
    [secret.replace('whsec_', 'whsec-'), 'failed', /is not whsec_ followed by base64/],
    ['whsec_', 'failed', /is not whsec_ followed by base64/],
    ['whsec_MfKQ9r8G…', 'failed', /is not whsec_ followed by base64/],
    ['sk_live_MfKQ9r8G', 'failed', /is not whsec_ followed by base64/],
    [`${secret},${other}`, 'failed', /is not whsec_ followed by base64/],
    [`${secret} whsec_MfKQ9r8G%`, 'failed', /^Secret 2 of 2 in/],
    [`MfKQ9r8G ${secret}`, 'failed', /^Secret 1 of 2 in/],
    [secret.slice(0, -8), 'warning', /decodes to 18 bytes, and Clerk's to 24/],
    [`${secret} ${other.slice(0, -4)}`, 'warning', /^Secret 2 of 2 in .* 21 bytes/],
    [`${secret} ${secret}`, 'warning', /the same secret twice/],
    [`${secret} ${other} whsec_${Buffer.alloc(24, 8).toString('base64')}`, 'warning', /contains 3 secrets/],
  ])('names the variable, and never the value, when it is %j', async (value, verdict, reason) => {
    const check = await checkSigningSecrets({ [name]: value })
    expect(check).toMatchObject({ verdict, found: expect.stringMatching(reason), mend: expect.any(String) })
    expect(check.found).toContain(name)
    expect(JSON.stringify(check)).not.toContain('MfKQ9r8G')
  })

  it('names the older variable that is set in its place', async () => {
    expect(await checkSigningSecrets({ CLERK_WEBHOOK_SECRET: secret })).toMatchObject({
      verdict: 'failed',
      mend: `Rename CLERK_WEBHOOK_SECRET to ${name}`,
    })
  })
})

describe('the check of hosts and origins', () => {
  const check = async (env: Record<string, string>, what: string) =>
    (await Promise.all(checkHosts(env))).find(each => each.what === what)

  it.each(['', 'example.ngrok-free.app', 'a.example, b.example', '.example.com localhost', '127.0.0.1'])(
    'accepts ALLOWED_HOSTS=%s',
    async (ALLOWED_HOSTS) => {
      expect(await check({ ALLOWED_HOSTS }, 'Allowed hosts')).toMatchObject({ verdict: 'ok' })
    },
  )

  it.each([
    ['https://example.ngrok-free.app', 'is a URL'],
    ['example.ngrok-free.app/', 'has a path'],
    ['example.ngrok-free.app:443', 'has a port'],
    ['*.ngrok-free.app', 'has a wildcard'],
    ['Example.ngrok-free.app', 'is not in lower case'],
    ['a.example;b.example', 'is not a host'],
    ['a.example true, x_y.example', 'is not a host'],
  ])('names ALLOWED_HOSTS=%s, which the dev server would never match', async (ALLOWED_HOSTS, reason) => {
    expect(await check({ ALLOWED_HOSTS }, 'Allowed hosts')).toMatchObject({
      verdict: 'failed',
      found: expect.stringContaining(reason),
      mend: expect.stringContaining('example.ngrok-free.app'),
    })
  })

  it.each([
    ['', 'ok'],
    ['https://app.example.com, https://b.example', 'ok'],
    ['http://localhost:3000', 'ok'],
    ['http://app.example.com', 'warning'],
    ['app.example.com', 'failed'],
    ['https://app.example.com/path', 'failed'],
    ['*', 'failed'],
  ])('judges APP_ORIGINS=%s: %s', async (APP_ORIGINS, verdict) => {
    expect(await check({ APP_ORIGINS }, 'Origins')).toMatchObject({ verdict, found: expect.stringMatching(/APP_ORIGINS/) })
  })
})

describe('the webhook route of an address', () => {
  it.each([
    ['http://localhost:3000', '/', 'http://localhost:3000/api/webhooks'],
    ['http://localhost:3000', '/app/', 'http://localhost:3000/app/api/webhooks'],
    ['http://localhost:3000/', '/app', 'http://localhost:3000/app/api/webhooks'],
    ['https://a.example/other', '/app/', 'https://a.example/other/api/webhooks'],
    ['https://a.example/app/api/webhooks', '/app/', 'https://a.example/app/api/webhooks'],
    ['https://a.example/api/webhooks/', '/', 'https://a.example/api/webhooks/'],
    ['https://a.example/?a=1#b', '/', 'https://a.example/api/webhooks'],
    ['HTTPS://A.example', '/', 'https://a.example/api/webhooks'],
  ])('is found: %s below %s', (address, base, route) => {
    expect(webhookRoute(address, base)?.href).toBe(route)
  })

  it.each(['', 'a.example', 'localhost:3000', 'ftp://a.example', 'https://', 'https:// a'])('is none for %j', (address) => {
    expect(webhookRoute(address)).toBeUndefined()
  })
})

describe('hiding secrets', () => {
  const hide = (found: string, env: Record<string, string>) =>
    hideSecrets([{ what: 'A', verdict: 'failed', found, mend: found }], env)[0]!

  it('hides every secret of the environment, and credentials in addresses', () => {
    const env = {
      NUXT_CLERK_SECRET_KEY: 'sk_live_abcdefgh',
      NUXT_CLERK_WEBHOOK_SIGNING_SECRET: `${secret} ${other}`,
      METRICS_TOKEN: 'metrics-token-16-',
      MONGODB_URI: 'mongodb://robin:p%40ss-word@db.example:27017/app?x=1@2',
    }
    const { found, mend } = hide(
      `Bearer sk_live_abcdefgh\n, ${secret} or ${other}, metrics-token-16-, p%40ss-word, p@ss-word at `
      + 'mongodb://robin:p%40ss-word@db.example, sk_test_unknown_one',
      env,
    )
    expect(found).toBe('Bearer •••\n, ••• or •••, •••, •••, ••• at mongodb://•••@db.example, sk_test_•••')
    expect(mend).toBe(found)
  })

  it('leaves other words alone', () => {
    const text = 'NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY is not whsec_ followed by base64; set it to a secret (whsec_…)'
    expect(hide(text, { SOME_TOKEN: 'is', NUXT_CLERK_JWT_KEY: '-----BEGIN PUBLIC KEY-----' }).found).toBe(text)
  })

  it('hides any password in any address', () => {
    const password = fc.string({ minLength: 6, maxLength: 30 }).filter(text => text.trim() === text && !/^•+$/.test(text))
    fc.assert(
      fc.property(password, fc.boolean(), (text, isEncoded) => {
        const written = isEncoded ? encodeURIComponent(text) : text
        const { found } = hide(`a ${text} b ${written} c`, { MONGODB_URI: `mongodb://robin:${written}@db.example/app` })
        expect(found.replaceAll('•••', '')).not.toContain(text)
      }),
    )
  })
})
