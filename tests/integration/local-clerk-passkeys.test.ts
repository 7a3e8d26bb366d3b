import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import type { Algorithm } from '../support/authenticator.ts'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'
import { useFlows } from '../support/clerk-flows.ts'
import type { Browser } from '../support/clerk-flows.ts'

const { clerk, openBrowser, askBackend, types } = useFlows(
  { passkeys: true, second_factors: ['totp'] },
  [{ folder: 'local-clerk/frontend', names: ['passkeys.ts'] }],
)
type Authenticator = ReturnType<typeof createAuthenticator>

/** Adds a passkey to whoever is signed in. */
async function addPasskey(browser: Browser, authenticator: Authenticator) {
  const { response: { id, verification } } = await browser.send('POST', 'me/passkeys', frontend.passkey)
  const { challenge } = JSON.parse(verification.nonce)
  const form = { strategy: 'passkey', public_key_credential: authenticator.create({ origin: clerk().url, challenge }) }
  return (await browser.send('POST', `me/passkeys/${id}/attempt_verification`, frontend.passkey, { form })).response
}

async function adaWithPasskey(algorithm: Algorithm = 'ES256') {
  const authenticator = createAuthenticator(algorithm)
  const browser = openBrowser()
  await browser.signIn('ada')
  const passkey = await addPasskey(browser, authenticator)
  return { authenticator, browser, passkey }
}

/** Begins a sign-in, for whomever the passkey belongs to. */
async function begin(browser: Browser) {
  const form = { strategy: 'passkey' }
  const { response: { id, first_factor_verification } } = await browser.send(
    'POST', 'client/sign_ins', frontend.signIn, { form },
  )
  return { id, options: JSON.parse(first_factor_verification.nonce) }
}

async function attempt(browser: Browser, id: string, public_key_credential: string, status = 200) {
  const form = { strategy: 'passkey', public_key_credential }
  const schema = status === 200 ? frontend.signIn : clerkErrors
  return browser.send('POST', `client/sign_ins/${id}/attempt_first_factor`, schema, { form, status })
}

describe('a passkey', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('signed by %s is added, and signs in', async (algorithm) => {
    const { authenticator, passkey } = await adaWithPasskey(algorithm)
    expect(passkey).toMatchObject({ verification: { status: 'verified' }, last_used_at: null })
    expect(types()[0]).toBe('user.updated')
    const browser = openBrowser()
    const { id, options } = await begin(browser)
    expect(options).toMatchObject({ allowCredentials: [], userVerification: 'required', rpId: '127.0.0.1' })
    const { challenge } = options
    const { response } = await attempt(browser, id, authenticator.get({ origin: clerk().url, challenge }))
    expect(response).toMatchObject({ status: 'complete', first_factor_verification: { strategy: 'passkey' } })
    const { response: user } = await browser.send('GET', 'me', frontend.user)
    expect(user).toMatchObject({ id: 'user_123', passkeys: [{ id: passkey.id, last_used_at: expect.any(Number) }] })
  })

  it('signs in after the identifier', async () => {
    const { authenticator } = await adaWithPasskey()
    const browser = openBrowser()
    const form = { identifier: 'ada@example.com' }
    const { response: signIn } = await browser.send('POST', 'client/sign_ins', frontend.signIn, { form })
    expect(signIn.supported_first_factors).toContainEqual({ strategy: 'passkey' })
    const { response } = await browser.send(
      'POST', `client/sign_ins/${signIn.id}/prepare_first_factor`, frontend.signIn, { form: { strategy: 'passkey' } },
    )
    const { challenge, allowCredentials } = JSON.parse(response.first_factor_verification.nonce)
    expect(allowCredentials).toHaveLength(1)
    const signed = authenticator.get({ origin: clerk().url, challenge })
    expect((await attempt(browser, signIn.id, signed)).response.status).toBe('complete')
  })

  it('signs in nobody else than who was identified', async () => {
    const { authenticator } = await adaWithPasskey()
    const mia = openBrowser()
    await mia.signIn('mia')
    await addPasskey(mia, createAuthenticator('ES256'))
    const browser = openBrowser()
    const form = { identifier: 'mia@example.com' }
    const { response: { id } } = await browser.send('POST', 'client/sign_ins', frontend.signIn, { form })
    const prepare = { form: { strategy: 'passkey' } }
    const { response } = await browser.send(
      'POST', `client/sign_ins/${id}/prepare_first_factor`, frontend.signIn, prepare,
    )
    const { challenge } = JSON.parse(response.first_factor_verification.nonce)
    await attempt(browser, id, authenticator.get({ origin: clerk().url, challenge }), 422)
  })

  it('stands for the second factor', async () => {
    const { authenticator } = await adaWithPasskey()
    clerk().users.change('user_123', user => Object.assign(user, { totp_enabled: true }))
    const browser = openBrowser()
    const { id, options: { challenge } } = await begin(browser)
    const { response } = await attempt(browser, id, authenticator.get({ origin: clerk().url, challenge }))
    expect(response.status).toBe('complete')
    expect((await browser.claims(response.created_session_id)).fva).toEqual([0, 0])
  })

  it('verifies a session again', async () => {
    const { authenticator, browser } = await adaWithPasskey()
    const { last_active_session_id: session } = await browser.client()
    const verify = `client/sessions/${session}/verify`
    const form = { strategy: 'passkey' }
    await browser.send('POST', verify, frontend.reverification, { form: { level: 'first_factor' } })
    const { response } = await browser.send('POST', `${verify}/prepare_first_factor`, frontend.reverification, { form })
    const { challenge } = JSON.parse(response.first_factor_verification.nonce)
    const public_key_credential = authenticator.get({ origin: clerk().url, challenge })
    const { response: done } = await browser.send(
      'POST', `${verify}/attempt_first_factor`, frontend.reverification, { form: { ...form, public_key_credential } },
    )
    expect(done.status).toBe('complete')
  })

  it('is renamed and removed', async () => {
    const { browser, passkey } = await adaWithPasskey()
    const path = `me/passkeys/${passkey.id}`
    await browser.send('GET', path, frontend.passkey)
    const form = { name: 'My key' }
    expect((await browser.send('PATCH', path, frontend.passkey, { form })).response.name).toBe('My key')
    expect(clerk().users.get('user_123')).toMatchObject({ passkeys: [{ name: 'My key' }] })
    const mia = openBrowser()
    await mia.signIn('mia')
    await mia.send('DELETE', path, clerkErrors, { status: 404 })
    await browser.send('DELETE', path, frontend.deleted)
    expect(clerk().users.get('user_123')).toMatchObject({ passkeys: [] })
  })

  it('is removed by the Backend API', async () => {
    const { authenticator, passkey } = await adaWithPasskey()
    await askBackend('DELETE', `users/user_123/passkeys/${passkey.id}`, backend.deleted)
    await askBackend('DELETE', `users/user_123/passkeys/${passkey.id}`, clerkErrors, { status: 404 })
    const browser = openBrowser()
    const { id, options: { challenge } } = await begin(browser)
    const signed = authenticator.get({ origin: clerk().url, challenge })
    const { errors: [error] } = await attempt(browser, id, signed, 422)
    expect(error.code).toBe('passkey_not_registered')
  })

  it('cannot be added where the instance has none', async () => {
    clerk().settings.change({ passkeys: false })
    const browser = openBrowser()
    await browser.signIn('ada')
    await browser.send('POST', 'me/passkeys', clerkErrors, { status: 400 })
  })
})

describe('refuses', () => {
  const flaws: [flaw: string, options: object][] = [
    ['another challenge', { challenge: 'another' }],
    ['another origin', { origin: 'https://evil.example', rpId: '127.0.0.1' }],
    ['another host', { rpId: 'evil.example' }],
    ['an absent user', { flags: 4 }],
    ['a user who was not verified', { flags: 1 }],
  ]

  it.each([...flaws, ['an attestation that it did not ask for', { format: 'packed' }]])(
    'a new passkey for %s',
    async (_, flaw) => {
      const browser = openBrowser()
      await browser.signIn('ada')
      const { response: { id, verification } } = await browser.send('POST', 'me/passkeys', frontend.passkey)
      const { challenge } = JSON.parse(verification.nonce)
      const created = createAuthenticator('ES256').create({ origin: clerk().url, challenge, ...flaw })
      const form = { strategy: 'passkey', public_key_credential: created }
      const path = `me/passkeys/${id}/attempt_verification`
      await browser.send('POST', path, clerkErrors, { form, status: 422 })
      expect(clerk().users.get('user_123')).toMatchObject({ passkeys: [] })
    },
  )

  it.each(flaws)('a sign-in by %s', async (_, flaw) => {
    const { authenticator } = await adaWithPasskey()
    const browser = openBrowser()
    const { id, options: { challenge } } = await begin(browser)
    await attempt(browser, id, authenticator.get({ origin: clerk().url, challenge, ...flaw }), 422)
  })

  it('a signature by another key', async () => {
    const { authenticator } = await adaWithPasskey()
    const browser = openBrowser()
    const { id, options: { challenge } } = await begin(browser)
    const options = { origin: clerk().url, challenge }
    const own = JSON.parse(authenticator.get(options))
    own.response.signature = JSON.parse(createAuthenticator('ES256').get(options)).response.signature
    await attempt(browser, id, JSON.stringify(own), 422)
  })

  it('a counter that has not grown', async () => {
    const { authenticator } = await adaWithPasskey()
    const signIn = async (counter: number, status: number) => {
      const browser = openBrowser()
      const { id, options: { challenge } } = await begin(browser)
      await attempt(browser, id, authenticator.get({ origin: clerk().url, challenge, counter }), status)
    }
    await signIn(2, 200)
    await signIn(2, 422)
    await signIn(3, 200)
  })

  it.each(['', 'no JSON', 'null', '{}', '{"id":"x","response":{}}'])('what is no credential: %j', async (text) => {
    const { browser, passkey } = await adaWithPasskey()
    await attempt(openBrowser(), (await begin(browser)).id, text, 404)
    const form = { public_key_credential: text }
    await browser.send('POST', `me/passkeys/${passkey.id}/attempt_verification`, clerkErrors, { form, status: 422 })
    const other = openBrowser()
    await attempt(other, (await begin(other)).id, text, 422)
  })
})
