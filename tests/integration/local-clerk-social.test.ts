import { describe, expect, it } from 'vitest'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'
import { useFlows } from '../support/clerk-flows.ts'
import type { Browser } from '../support/clerk-flows.ts'

const { clerk, openBrowser, askBackend, types } = useFlows({ social: ['google', 'github'] }, [
  { folder: 'local-clerk/frontend', names: ['external-accounts.ts', 'oauth-callback.ts'] },
  { folder: 'local-clerk/social', names: ['index.ts'] },
])
const ada = { email_address: 'ada@example.com', first_name: 'Ada', last_name: 'Baker' }
const kim = { email_address: 'kim@example.com', first_name: 'Kim', last_name: 'New' }
const pages = { redirect_url: '/sign-in#/sso-callback', action_complete_redirect_url: '/profile' }

/** The path at Local Clerk, and the query. */
function pathOf(address: string): string {
  const { pathname, search } = new URL(address, clerk().url)
  return pathname + search
}

/** Begins to sign in or up, and returns the path of the provider's page. */
async function begin(browser: Browser, kind: 'sign_ins' | 'sign_ups', form: Record<string, string> = pages) {
  const schema = kind === 'sign_ins' ? frontend.signIn : frontend.signUp
  const strategy = 'oauth_google'
  const { response } = await browser.send('POST', `client/${kind}`, schema, { form: { strategy, ...form } })
  const verification = response.first_factor_verification ?? response.verifications.external_account
  expect(verification).toMatchObject({ status: 'unverified', strategy })
  return pathOf(verification.external_verification_redirect_url)
}

/** Answers on the provider's page, and returns the page of the app where the browser ends. */
async function answer(browser: Browser, path: string, form: Record<string, string>): Promise<string> {
  const answered = await browser.load('POST', path, { form, headers: { 'sec-fetch-site': 'same-origin' } })
  expect(answered.status).toBe(303)
  const returned = await browser.load('GET', pathOf(answered.headers.get('location')!))
  expect(returned.status, await returned.text()).toBe(303)
  return returned.headers.get('location')!.replace(clerk().url, '')
}

const transfer = { transfer: 'true' }

describe('signing in with a provider', () => {
  it('connects the account of the user with the same verified email address', async () => {
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ins'), ada)).toBe('/profile')
    const { response: user } = await browser.send('GET', 'me', frontend.user)
    expect(user).toMatchObject({
      id: 'user_123',
      external_accounts: [
        { provider: 'oauth_google', email_address: 'ada@example.com', verification: { status: 'verified' } },
      ],
      email_addresses: [{ linked_to: [{ type: 'oauth_google' }] }],
    })
    expect(types().slice(0, 2)).toEqual(['session.created', 'user.updated'])
    expect((await browser.client()).last_authentication_strategy).toBe('oauth_google')
  })

  it('knows the account even if its user has another address by now', async () => {
    const browser = openBrowser()
    await answer(browser, await begin(browser, 'sign_ins'), ada)
    clerk().users.change('user_123', (user) => {
      user.email_addresses[0]!.email_address = 'ada.baker@example.com'
    })
    const other = openBrowser()
    await answer(other, await begin(other, 'sign_ins'), ada)
    expect((await other.send('GET', 'me', frontend.user)).response.id).toBe('user_123')
  })

  it('signs up who has no account, when ClerkJS transfers the sign-in', async () => {
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ins'), kim)).toBe('/sign-in#/sso-callback')
    expect((await browser.client()).sign_in).toMatchObject({
      status: 'needs_identifier',
      first_factor_verification: { status: 'transferable', error: { code: 'external_account_not_found' } },
    })
    const { response } = await browser.send('POST', 'client/sign_ups', frontend.signUp, { form: transfer })
    expect(response).toMatchObject({
      status: 'complete',
      verifications: {
        external_account: { status: 'verified', strategy: 'oauth_google' },
        email_address: { status: 'verified', strategy: 'from_oauth_google' },
      },
    })
    expect(clerk().users.get(response.created_user_id)).toMatchObject({
      first_name: 'Kim', password_enabled: false, external_accounts: [{ email_address: 'kim@example.com' }],
    })
    const created = clerk().webhooks.list(3).find(({ type }) => type === 'user.created')
    expect(created?.body).toMatchObject({ data: { external_accounts: [{ provider: 'oauth_google' }] } })
  })

  it('connects no account to an address that is not verified', async () => {
    const mia = openBrowser()
    await mia.signIn('mia')
    await mia.send('POST', 'me/email_addresses', frontend.emailAddress, { form: { email_address: kim.email_address } })
    const browser = openBrowser()
    await answer(browser, await begin(browser, 'sign_ins'), kim)
    expect((await browser.client()).sign_in.first_factor_verification.status).toBe('transferable')
    await browser.send('POST', 'client/sign_ups', clerkErrors, { form: transfer, status: 422 })
  })

  it('asks for the second factor', async () => {
    clerk().settings.change({ second_factors: ['totp'] })
    clerk().users.change('user_123', user => Object.assign(user, { totp_enabled: true }))
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ins'), ada)).toBe('/sign-in#/sso-callback')
    expect((await browser.client()).sign_in).toMatchObject({
      status: 'needs_second_factor', first_factor_verification: { status: 'verified' },
    })
  })

  it.each([
    ['who is banned', { banned: true }, 'user_banned'],
    ['who is locked', { locked: true }, 'user_locked'],
  ])('tells why a user %s is not let in', async (_, restriction, code) => {
    clerk().users.change('user_123', user => Object.assign(user, restriction))
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ins'), ada)).toBe('/sign-in#/sso-callback')
    const { first_factor_verification } = (await browser.client()).sign_in
    expect(first_factor_verification).toMatchObject({ status: 'failed', error: { code } })
  })

  it('tells that the person did not agree', async () => {
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ins'), { deny: 'true' })).toBe('/sign-in#/sso-callback')
    expect((await browser.client()).sign_in.first_factor_verification).toMatchObject({
      status: 'failed', error: { code: 'oauth_access_denied' },
    })
  })

  it('is refused where the instance does not offer the provider', async () => {
    const form = { strategy: 'oauth_apple', ...pages }
    await openBrowser().send('POST', 'client/sign_ins', clerkErrors, { form, status: 400 })
    await openBrowser().send('POST', 'client/sign_ups', clerkErrors, { form, status: 400 })
  })
})

describe('signing up with a provider', () => {
  it('creates the user', async () => {
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ups'), kim)).toBe('/profile')
    const { response: user } = await browser.send('GET', 'me', frontend.user)
    expect(user).toMatchObject({ first_name: 'Kim', external_accounts: [{ provider: 'oauth_google' }] })
  })

  it('asks for what the instance requires beside it', async () => {
    clerk().settings.change({ username: 'required' })
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ups'), kim)).toBe('/sign-in#/sso-callback')
    const { sign_up } = await browser.client()
    expect(sign_up).toMatchObject({ status: 'missing_requirements', missing_fields: ['username'] })
    const { response } = await browser.send(
      'PATCH', `client/sign_ups/${sign_up.id}`, frontend.signUp, { form: { username: 'kim_new' } },
    )
    expect(response.status).toBe('complete')
    expect(clerk().users.get(response.created_user_id).external_accounts).toHaveLength(1)
  })

  it('signs in who has an account, when ClerkJS transfers the sign-up', async () => {
    const browser = openBrowser()
    expect(await answer(browser, await begin(browser, 'sign_ups'), ada)).toBe('/sign-in#/sso-callback')
    expect((await browser.client()).sign_up.verifications.external_account).toMatchObject({
      status: 'transferable', error: { code: 'external_account_exists' },
    })
    const { response } = await browser.send('POST', 'client/sign_ins', frontend.signIn, { form: transfer })
    expect(response.status).toBe('complete')
    expect((await browser.send('GET', 'me', frontend.user)).response.id).toBe('user_123')
  })

  it('gives nobody else the account of a user who exists', async () => {
    const browser = openBrowser()
    await answer(browser, await begin(browser, 'sign_ups'), ada)
    const path = `client/sign_ups/${(await browser.client()).sign_up.id}`
    const form = { email_address: kim.email_address, password: 'a good password' }
    await browser.send('PATCH', path, frontend.signUp, { form })
    const code = { strategy: 'email_code', code: '424242' }
    await browser.send('POST', `${path}/prepare_verification`, frontend.signUp, { form: code })
    const { response } = await browser.send('POST', `${path}/attempt_verification`, frontend.signUp, { form: code })
    expect(response.status).toBe('complete')
    expect(clerk().users.get(response.created_user_id)).toMatchObject({ external_accounts: [], password_enabled: true })
  })

  it('has nothing to transfer before the provider has answered', async () => {
    const browser = openBrowser()
    await begin(browser, 'sign_ins')
    await browser.send('POST', 'client/sign_ups', clerkErrors, { form: transfer, status: 400 })
    await begin(browser, 'sign_ups')
    await browser.send('POST', 'client/sign_ins', clerkErrors, { form: transfer, status: 400 })
  })

  it('is closed where the instance is', async () => {
    clerk().settings.change({ sign_up_mode: 'restricted' })
    const browser = openBrowser()
    await answer(browser, await begin(browser, 'sign_ins'), kim)
    await browser.send('POST', 'client/sign_ups', clerkErrors, { form: transfer, status: 403 })
  })
})

describe('the accounts of a signed-in user', () => {
  const connect = async (browser: Browser, form: object = {}) => {
    const body = { strategy: 'oauth_github', redirect_url: '/user', ...form }
    const { response } = await browser.send('POST', 'me/external_accounts', frontend.externalAccount, { form: body })
    return pathOf(response.verification.external_verification_redirect_url)
  }

  it('are connected and disconnected', async () => {
    const browser = openBrowser()
    await browser.signIn('mia')
    expect(await answer(browser, await connect(browser), kim)).toBe('/user')
    const { external_accounts: [account] } = clerk().users.get('user_789')
    expect(account).toMatchObject({ provider: 'oauth_github', email_address: 'kim@example.com' })
    const path = `me/external_accounts/${account!.id}`
    const { response } = await browser.send('PATCH', `${path}/reauthorize`, frontend.externalAccount, {
      form: { redirect_url: '/user' },
    })
    await answer(browser, pathOf(response.verification.external_verification_redirect_url), kim)
    expect(clerk().users.get('user_789').external_accounts).toMatchObject([{ id: account!.id }])
    await browser.send('DELETE', path, frontend.deleted)
    await browser.send('DELETE', path, clerkErrors, { status: 404 })
    expect(clerk().users.get('user_789').external_accounts).toEqual([])
    expect(types()[0]).toBe('user.updated')
  })

  it.each([
    ['denied it', 'oauth_access_denied', { deny: 'true' }],
    ['gave it to another user', 'external_account_exists', ada],
  ])('show that the person %s', async (_, code, form) => {
    const other = openBrowser()
    await other.signIn('ada')
    await answer(other, await connect(other), ada)
    const browser = openBrowser()
    await browser.signIn('mia')
    await answer(browser, await connect(browser), form)
    expect(clerk().users.get('user_789').external_accounts).toMatchObject([
      { verification: { status: 'failed', error: { code } } },
    ])
    const third = openBrowser()
    await third.signIn('mia')
    await answer(third, await connect(third), kim)
    expect(clerk().users.get('user_789').external_accounts).toMatchObject([{ verification: { status: 'verified' } }])
  })

  it('are seen by the Backend API, which has their tokens', async () => {
    const browser = openBrowser()
    await answer(browser, await begin(browser, 'sign_ins'), ada)
    const path = 'users/user_123/oauth_access_tokens/oauth_google'
    const query = { paginated: 'true' }
    const { data: [token] } = await askBackend('GET', path, backend.accessTokens, { query })
    expect(token).toMatchObject({ provider: 'oauth_google', scopes: ['openid', 'email', 'profile'] })
    const { id } = clerk().users.get('user_123').external_accounts[0]!
    await askBackend('DELETE', `users/user_123/external_accounts/${id}`, backend.deleted)
    expect(await askBackend('GET', path, backend.accessTokens, { query })).toEqual({ data: [], total_count: 0 })
    await askBackend('DELETE', 'users/user_123/web3_wallets/idn_1', clerkErrors, { status: 404 })
  })
})

describe('the provider\'s page', () => {
  it('shows the seeded people and those who were typed in, and loads nothing', async () => {
    const browser = openBrowser()
    const path = await begin(browser, 'sign_ins')
    const odd = { email_address: 'odd@example.com', first_name: '<b>"Odd"', last_name: '' }
    await answer(browser, path, odd)
    const page = await browser.load('GET', await begin(browser, 'sign_ins'))
    const html = await page.text()
    expect(html).toContain('Continue as Ada Baker')
    expect(html).toContain('Continue as &lt;b&gt;&quot;Odd&quot;')
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  })

  it('takes no answer from a page of another site', async () => {
    const browser = openBrowser()
    const path = await begin(browser, 'sign_ins')
    for (const site of ['cross-site', 'same-site']) {
      const answered = await browser.load('POST', path, { form: ada, headers: { 'sec-fetch-site': site } })
      expect(answered.status).toBe(403)
    }
  })

  it('is at its own address only, and answers once', async () => {
    const browser = openBrowser()
    const path = await begin(browser, 'sign_ins')
    for (const other of [path.replace('google', 'github'), path.replace(/state=.*/, 'state=oaf_1')]) {
      expect((await browser.load('GET', other)).status).toBeGreaterThanOrEqual(400)
    }
    await answer(browser, path, ada)
    expect((await browser.load('GET', path)).status).toBe(400)
  })
})

describe('the callback', () => {
  async function agreed(browser: Browser) {
    const path = await begin(browser, 'sign_ins')
    const { headers } = await browser.load('POST', path, { form: ada })
    return pathOf(headers.get('location')!)
  }

  it('signs nobody in on another browser', async () => {
    const path = await agreed(openBrowser())
    const victim = openBrowser()
    await victim.send('PUT', 'client', frontend.client)
    expect((await victim.load('GET', path)).status).toBe(400)
    expect((await openBrowser().load('GET', path)).status).toBe(400)
    expect((await victim.client()).sessions).toEqual([])
  })

  it('takes only the code that the provider has given, once', async () => {
    const browser = openBrowser()
    const path = await agreed(browser)
    expect((await browser.load('GET', path.replace(/code=[^&]*/, 'code=code_1'))).status).toBe(400)
    expect((await browser.load('GET', path)).status).toBe(303)
    expect((await browser.load('GET', path)).status).toBe(400)
  })

  it.each(['https://evil.example/', '//evil.example', 'javascript:alert(1)', 'http://127.0.0.1:1/'])(
    'leads to no page of another origin: %s',
    async (address) => {
      for (const form of [{ redirect_url: address }, { ...pages, action_complete_redirect_url: address }]) {
        const body = { strategy: 'oauth_google', ...form }
        for (const kind of ['sign_ins', 'sign_ups']) {
          await openBrowser().send('POST', `client/${kind}`, clerkErrors, { form: body, status: 422 })
        }
      }
      const popup = `https://accounts.localhost/popup-callback?return_url=${encodeURIComponent(address)}`
      const form = { strategy: 'oauth_google', redirect_url: popup }
      await openBrowser().send('POST', 'client/sign_ins', clerkErrors, { form, status: 422 })
    },
  )

  it('tells the page that has opened a popup', async () => {
    const browser = openBrowser()
    const portal = 'https://accounts.localhost/popup-callback'
    const returnUrl = `${clerk().url}/sign-in`
    const path = await begin(browser, 'sign_ins', {
      redirect_url: `${portal}?return_url=${encodeURIComponent(returnUrl)}`,
      action_complete_redirect_url: portal,
    })
    const page = await answer(browser, path, ada)
    const html = await (await browser.load('GET', page)).text()
    expect(html).toContain(JSON.stringify({ session: (await browser.client()).last_active_session_id }))
    expect(html).toContain('https://accounts.localhost')
  })
})
