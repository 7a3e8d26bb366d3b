import { describe, expect, it } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import { totpCode } from '../../local-clerk/totp.ts'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'
import { useFlows } from '../support/clerk-flows.ts'
import type { Browser } from '../support/clerk-flows.ts'

const { clerk, openBrowser, askBackend, control, types } = useFlows(
  { second_factors: ['totp', 'phone_code', 'backup_code'], phone_number: 'on' },
  [{ folder: 'local-clerk/frontend', names: ['second-factors.ts', 'reverification.ts'] }],
)
const wrong = { form: { code: '000000' }, status: 422 }
const later = (minutes: number) => control('clock', { ahead_ms: minutes * 60_000 })

/** Signs Ada in, and adds an authenticator app. */
async function withTotp(browser: Browser) {
  const { created_session_id: session } = await browser.signIn('ada')
  const { response: { secret } } = await browser.send('POST', 'me/totp', frontend.totp)
  const form = { code: totpCode(secret, Date.now()) }
  const { response } = await browser.send('POST', 'me/totp/attempt_verification', frontend.totp, { form })
  return { session, secret, backupCodes: response.backup_codes as string[] }
}

/** Takes the first step of a sign-in, after which a second factor is needed. */
async function signInHalf(browser: Browser) {
  const { id, status, ...signIn } = await browser.signIn('ada')
  expect(status).toBe('needs_second_factor')
  const path = `client/sign_ins/${id}`
  const attempt = (form: Record<string, string>, status = 200) => {
    const schema = status === 200 ? frontend.signIn : clerkErrors
    return browser.send('POST', `${path}/attempt_second_factor`, schema, { form, status })
  }
  const prepare = (form: Record<string, string>) =>
    browser.send('POST', `${path}/prepare_second_factor`, frontend.signIn, { form })
  return { ...signIn, attempt, prepare }
}

describe('an authenticator app', () => {
  it('is a second factor once its code was entered, and gives the first backup codes', async () => {
    const browser = openBrowser()
    await browser.signIn('ada')
    const { response: totp } = await browser.send('POST', 'me/totp', frontend.totp)
    expect(totp).toMatchObject({ verified: false, uri: expect.stringContaining(totp.secret) })
    await browser.send('POST', 'me/totp/attempt_verification', clerkErrors, wrong)
    expect(clerk().users.get('user_123')).toMatchObject({ two_factor_enabled: false, totp_enabled: false })
    const form = { code: totpCode(totp.secret, Date.now()) }
    const { response } = await browser.send('POST', 'me/totp/attempt_verification', frontend.totp, { form })
    expect(response).toMatchObject({ verified: true, secret: null })
    expect(response.backup_codes).toHaveLength(10)
    const { response: user } = await browser.send('GET', 'me', frontend.user)
    expect(user).toMatchObject({
      totp_enabled: true, backup_code_enabled: true, two_factor_enabled: true, mfa_disabled_at: null,
    })
    expect(user.mfa_enabled_at).toBeGreaterThan(Date.now() - 60_000)
    expect(types()[0]).toBe('user.updated')
    await browser.send('POST', 'me/totp', clerkErrors, { status: 400 })
  })

  it('signs in after the password, and the token tells the age of both factors', async () => {
    const { secret } = await withTotp(openBrowser())
    const browser = openBrowser()
    const { attempt, ...signIn } = await signInHalf(browser)
    expect(signIn).toMatchObject({
      created_session_id: null,
      first_factor_verification: { status: 'verified' },
      supported_second_factors: [{ strategy: 'totp' }, { strategy: 'backup_code' }],
    })
    await browser.send('GET', 'me', clerkErrors, { status: 401 })
    await attempt({ strategy: 'totp', code: '000000' }, 422)
    // Test mode's code is for what is sent only.
    await attempt({ strategy: 'totp', code: '424242' }, 422)
    const { response } = await attempt({ strategy: 'totp', code: totpCode(secret, Date.now()) })
    expect(response).toMatchObject({ status: 'complete', second_factor_verification: { strategy: 'totp' } })
    expect((await browser.claims(response.created_session_id)).fva).toEqual([0, 0])
  })

  it('can be removed, and the backup codes with it', async () => {
    const browser = openBrowser()
    const { backupCodes } = await withTotp(browser)
    await browser.send('DELETE', 'me/totp', frontend.deleted)
    await browser.send('DELETE', 'me/totp', clerkErrors, { status: 404 })
    const { response: user } = await browser.send('GET', 'me', frontend.user)
    expect(user).toMatchObject({ two_factor_enabled: false, backup_code_enabled: false, mfa_enabled_at: null })
    expect(user.mfa_disabled_at).toBeGreaterThan(Date.now() - 60_000)
    expect((await openBrowser().signIn('ada')).status).toBe('complete')
    const json = { code: backupCodes[0] }
    await askBackend('POST', 'users/user_123/verify_totp', clerkErrors, { json, status: 422 })
  })
})

describe('a backup code', () => {
  it('signs in once', async () => {
    const { backupCodes: [code = ''] } = await withTotp(openBrowser())
    const { attempt } = await signInHalf(openBrowser())
    expect((await attempt({ strategy: 'backup_code', code })).response.status).toBe('complete')
    const { attempt: again } = await signInHalf(openBrowser())
    await again({ strategy: 'backup_code', code }, 422)
  })

  it('is no longer good when there are new ones', async () => {
    const browser = openBrowser()
    const { backupCodes: [old = ''] } = await withTotp(browser)
    const { response: { codes } } = await browser.send('POST', 'me/backup_codes', frontend.backupCodes)
    expect(codes).toHaveLength(10)
    const { attempt } = await signInHalf(openBrowser())
    await attempt({ strategy: 'backup_code', code: old }, 422)
    expect((await attempt({ strategy: 'backup_code', code: codes[9] })).response.status).toBe('complete')
  })
})

it('a phone number that is reserved for it is a second factor', async () => {
  const browser = openBrowser()
  await browser.signIn('ada')
  const form = { phone_number: '+15555550101' }
  const { response: { id } } = await browser.send('POST', 'me/phone_numbers', frontend.phoneNumber, { form })
  const phone = `me/phone_numbers/${id}`
  await browser.send('POST', `${phone}/prepare_verification`, frontend.phoneNumber)
  const code = { code: '424242' }
  await browser.send('POST', `${phone}/attempt_verification`, frontend.phoneNumber, { form: code })
  const reserve = { reserved_for_second_factor: 'true' }
  const { response: reserved } = await browser.send('PATCH', phone, frontend.phoneNumber, { form: reserve })
  expect(reserved).toMatchObject({ reserved_for_second_factor: true, default_second_factor: true })
  expect(reserved.backup_codes).toHaveLength(10)
  expect(clerk().users.get('user_123')).toMatchObject({ two_factor_enabled: true, totp_enabled: false })

  const { attempt, prepare, supported_second_factors } = await signInHalf(openBrowser())
  const factor = { strategy: 'phone_code', phone_number_id: id, safe_identifier: '+15555550101', default: true }
  expect(supported_second_factors).toContainEqual(expect.objectContaining(factor))
  await attempt({ strategy: 'phone_code', code: '424242' }, 400)
  await prepare({ strategy: 'phone_code', phone_number_id: id })
  expect(types()[0]).toBe('sms.created')
  expect((await attempt({ strategy: 'phone_code', code: '424242' })).response.status).toBe('complete')

  await browser.send('DELETE', phone, frontend.deleted)
  expect(clerk().users.get('user_123')).toMatchObject({ two_factor_enabled: false })
})

describe('a session that is verified again', () => {
  const verify = (browser: Browser, session: string) =>
    async (step: string, form: Record<string, string>, status = 200) => {
      const schema = status === 200 ? frontend.reverification : clerkErrors
      const path = `client/sessions/${session}/verify${step && `/${step}`}`
      return (await browser.send('POST', path, schema, { form, status })).response
    }

  it('needs the second factor at the level of the second factor', async () => {
    const { secret } = await withTotp(openBrowser())
    const browser = openBrowser()
    const { attempt } = await signInHalf(browser)
    const code = () => totpCode(secret, Date.now())
    const { response: { created_session_id: session } } = await attempt({ strategy: 'totp', code: code() })
    await later(11)
    expect((await browser.claims(session)).fva).toEqual([11, 11])
    await browser.send('POST', 'me/backup_codes', clerkErrors, { status: 403 })
    const send = verify(browser, session)
    expect(await send('', { level: 'second_factor' })).toMatchObject({
      level: 'second_factor', status: 'needs_second_factor', supported_second_factors: [{ strategy: 'totp' }, {}],
    })
    await send('attempt_second_factor', { strategy: 'totp', code: '000000' }, 422)
    const done = await send('attempt_second_factor', { strategy: 'totp', code: code() })
    expect(done).toMatchObject({ status: 'complete', session: { factor_verification_age: [11, 0] } })
    await browser.send('POST', 'me/backup_codes', frontend.backupCodes)
  })

  it('needs both factors at the level of both', async () => {
    const browser = openBrowser()
    const { session, secret } = await withTotp(browser)
    await later(11)
    const send = verify(browser, session)
    const level = 'multi_factor'
    expect(await send('', { level })).toMatchObject({ status: 'needs_first_factor', level })
    await send('prepare_second_factor', { strategy: 'phone_code' }, 400)
    await send('prepare_first_factor', { strategy: 'email_code' })
    expect(await send('attempt_first_factor', { strategy: 'email_code', code: '424242' })).toMatchObject({
      status: 'needs_second_factor',
    })
    const form = { strategy: 'totp', code: totpCode(secret, Date.now()) }
    expect(await send('attempt_second_factor', form)).toMatchObject({
      status: 'complete', session: { factor_verification_age: [0, 0] },
    })
  })

  it('needs the first factor where there is no second', async () => {
    const browser = openBrowser()
    const { created_session_id: session } = await browser.signIn('ada')
    const send = verify(browser, session)
    for (const level of ['first_factor', 'second_factor', 'multi_factor']) {
      expect(await send('', { level })).toMatchObject({ status: 'needs_first_factor', level: 'first_factor' })
    }
    expect(await send('attempt_first_factor', { strategy: 'password', password })).toMatchObject({ status: 'complete' })
  })
})

it('a session is pending until its user has the second factor that the instance requires', async () => {
  clerk().settings.change({ second_factor_required: true })
  const browser = openBrowser()
  const { session } = await withTotp(browser)
  // The task is done by now: look at a session of somebody who has not.
  expect((await browser.claims(session)).sts).toBe('active')
  const other = openBrowser()
  const { created_session_id } = await other.signIn('mia')
  expect((await other.claims(created_session_id)).sts).toBe('pending')
  const { response } = await other.send('GET', 'client', frontend.client)
  expect(response.sessions).toMatchObject([{ status: 'pending', tasks: [{ key: 'setup-mfa' }] }])
  const { response: { secret } } = await other.send('POST', 'me/totp', frontend.totp)
  const form = { code: totpCode(secret, Date.now()) }
  await other.send('POST', 'me/totp/attempt_verification', frontend.totp, { form })
  const { response: after } = await other.send('GET', 'client', frontend.client)
  expect(after.sessions).toMatchObject([{ status: 'active', tasks: [] }])
})

describe('the Backend API', () => {
  it('verifies codes of both kinds', async () => {
    const { secret, backupCodes } = await withTotp(openBrowser())
    const verify = (code: string | undefined, status = 200) => {
      const schema = status === 200 ? backend.verifiedCode : clerkErrors
      return askBackend('POST', 'users/user_123/verify_totp', schema, { json: { code }, status })
    }
    expect(await verify(totpCode(secret, Date.now()))).toEqual({ verified: true, code_type: 'totp' })
    expect(await verify(backupCodes[0])).toEqual({ verified: true, code_type: 'backup_code' })
    await verify(backupCodes[0], 422)
  })

  it.each([
    ['mfa', { totp_enabled: false, backup_code_enabled: false, two_factor_enabled: false }],
    ['totp', { totp_enabled: false, two_factor_enabled: false }],
    ['backup_code', { totp_enabled: true, backup_code_enabled: false, two_factor_enabled: true }],
  ])('removes %s', async (what, left) => {
    await withTotp(openBrowser())
    expect(await askBackend('DELETE', `users/user_123/${what}`, backend.userId)).toEqual({ user_id: 'user_123' })
    expect(clerk().users.get('user_123')).toMatchObject(left)
  })
})

it('a user who signs up again under the same id has no second factor', async () => {
  await withTotp(openBrowser())
  clerk().users.remove('user_123')
  clerk().users.create({ id: 'user_123', email_address: ['ada@example.com'], username: 'ada', password })
  expect((await openBrowser().signIn('ada')).status).toBe('complete')
})
