import { createClerkClient } from '@clerk/backend'
import { beforeEach, describe, expect, it } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import { routesOf, useAnswers } from '../support/clerk-answers.ts'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'

const world = useAnswers()
const { asked, browser, backendApi, control, given, events } = world
const code = '424242'
const [first, second] = ['+15555550120', '+15555550121']

beforeEach(() => given({ phone_number: 'on' }))

/** The phone numbers of Ada, who is signed in. */
async function adasPhones() {
  const send = browser()
  await send({ method: 'POST', route: '/v1/client/sign_ins', form: { identifier: 'ada', password } }, frontend.signIn)
  const route = '/v1/me/phone_numbers'
  const phone = (id: string, method = 'GET', action = '') => ({ method, route: `${route}/:id${action}`, params: [id] })
  return {
    send,
    phone,
    list: () => send({ route }, frontend.phoneNumbers),
    add: async (phone_number: string) =>
      (await send({ method: 'POST', route, form: { phone_number } }, frontend.phoneNumber)).response,
    refused: async (phone_number: string) =>
      (await send({ method: 'POST', route, form: { phone_number } }, clerkErrors, 422)).errors[0],
    verify: async (id: string) => {
      const prepare = { ...phone(id, 'POST', '/prepare_verification'), form: { strategy: 'phone_code' } }
      await send(prepare, frontend.phoneNumber)
      const attempt = { ...phone(id, 'POST', '/attempt_verification'), form: { code } }
      return (await send(attempt, frontend.phoneNumber)).response
    },
  }
}

describe('a user\'s phone numbers', () => {
  it('are added, verified by a texted code, and made the primary one', async () => {
    const { send, phone, list, add, verify } = await adasPhones()
    const { id, verification, phone_number } = await add('+1 (555) 555-0120')
    expect([phone_number, verification]).toEqual([first, null])
    const attempt = { ...phone(id, 'POST', '/attempt_verification'), form: { code } }
    expect((await send(attempt, clerkErrors, 400)).errors[0]).toMatchObject({ code: 'verification_missing' })
    expect(await verify(id)).toMatchObject({ verification: { status: 'verified', strategy: 'phone_code' } })
    expect(events('sms.created')[0]).toMatchObject({ to_phone_number: first, phone_number_id: id, user_id: 'user_123' })
    expect((await send(attempt, clerkErrors, 400)).errors[0]).toMatchObject({ code: 'verification_already_verified' })

    const other = await add(second)
    await verify(other.id)
    const user = async () => (await send({ route: '/v1/me' }, frontend.user)).response
    expect((await user()).primary_phone_number_id).toBe(id)
    await send({ method: 'PATCH', route: '/v1/me', form: { primary_phone_number_id: other.id } }, frontend.user)
    expect((await user()).primary_phone_number_id).toBe(other.id)
    expect(events('user.updated')[0]).toMatchObject({
      id: 'user_123',
      primary_phone_number_id: other.id,
      phone_numbers: [{ phone_number: first }, { phone_number: second }],
    })
    expect(await list()).toHaveLength(2)
  })

  it('are removed, and the next one becomes the primary one', async () => {
    const { send, phone, add, verify } = await adasPhones()
    const one = await add(first)
    await verify(one.id)
    const two = await add(second)
    await verify(two.id)
    await send(phone(one.id, 'DELETE'), frontend.deleted)
    expect((await send({ route: '/v1/me' }, frontend.user)).response.primary_phone_number_id).toBe(two.id)
    await send(phone(one.id), clerkErrors, 404)
    await control('settings', { phone_number: 'required' })
    expect((await send(phone(two.id, 'DELETE'), clerkErrors, 422)).errors[0]).toMatchObject({
      code: 'last_identification_deletion_failed',
    })
    await send(phone(two.id), frontend.phoneNumber)
  })

  it('must be numbers that nobody has', async () => {
    const { add, refused } = await adasPhones()
    await add(first)
    expect(await refused('1 555')).toMatchObject({
      code: 'form_param_format_invalid', meta: { param_name: 'phone_number' },
    })
    expect(await refused('+1 555-555-0120')).toMatchObject({ code: 'form_identifier_exists' })
  })

  it('can be kept for the second factor, and no longer sign in alone', async () => {
    const { send, phone, add, verify } = await adasPhones()
    const { id } = await add(first)
    await verify(id)
    const reserve = { ...phone(id, 'PATCH'), form: { reserved_for_second_factor: 'true' } }
    expect((await send(reserve, frontend.phoneNumber)).response).toMatchObject({
      reserved_for_second_factor: true, default_second_factor: true,
    })
    const other = await add(second)
    await verify(other.id)
    await send({ ...phone(other.id, 'PATCH'), form: { default_second_factor: 'true' } }, clerkErrors, 422)
    const both = { reserved_for_second_factor: 'true', default_second_factor: 'true' }
    await send({ ...phone(other.id, 'PATCH'), form: both }, frontend.phoneNumber)
    expect((await send(phone(id), frontend.phoneNumber)).response.default_second_factor).toBe(false)
    const signIn = { method: 'POST', route: '/v1/client/sign_ins', form: { identifier: first, strategy: 'phone_code' } }
    expect((await browser()(signIn, clerkErrors, 400)).errors[0]).toMatchObject({ code: 'strategy_for_user_invalid' })
  })
})

describe('the Backend API', () => {
  it('creates, changes and deletes phone numbers', async () => {
    const json = { user_id: 'user_456', phone_number: first, verified: true, primary: true }
    const { id } = await backendApi({ method: 'POST', route: '/v1/phone_numbers', json }, backend.phoneNumber)
    const inPhone = { route: '/v1/phone_numbers/:id', params: [id] }
    await backendApi(inPhone, backend.phoneNumber)
    const unverified = { ...inPhone, method: 'PATCH', json: { verified: false } }
    expect((await backendApi(unverified, backend.phoneNumber)).verification).toBeNull()
    const reserved = { ...inPhone, method: 'PATCH', json: { verified: true, reserved_for_second_factor: true } }
    expect(await backendApi(reserved, backend.phoneNumber)).toMatchObject({
      verification: { status: 'verified' }, reserved_for_second_factor: true,
    })
    await backendApi({ ...inPhone, method: 'DELETE' }, backend.deleted)
    await backendApi(inPhone, clerkErrors, 404)
    await backendApi({ method: 'POST', route: '/v1/phone_numbers', json: { user_id: 'user_456' } }, clerkErrors, 422)
  })

  it('is called by @clerk/backend', async () => {
    const { users, phoneNumbers } = createClerkClient({
      secretKey: world.clerk().env.NUXT_CLERK_SECRET_KEY, apiUrl: world.clerk().url,
    })
    const { id } = await users.createUser({ phoneNumber: [first], firstName: 'Kim', legalAcceptedAt: new Date(5) })
    const kim = await users.getUser(id)
    expect(kim.legalAcceptedAt).toBe(5)
    expect(kim.primaryPhoneNumber).toMatchObject({ phoneNumber: first, verification: { status: 'verified' } })
    expect(events('user.created')[0]).toMatchObject({ id, phone_numbers: [{ phone_number: first }] })
    expect((await users.getUserList({ phoneNumber: [first] })).data).toMatchObject([{ id }])
    expect((await users.getUserList({ query: '5550120' })).data).toMatchObject([{ id }])
    expect((await users.getUserList({ phoneNumber: [second] })).data).toEqual([])
    const added = await phoneNumbers.createPhoneNumber({ userId: id, phoneNumber: second, verified: true })
    await users.updateUser(id, { primaryPhoneNumberID: added.id })
    expect((await users.getUser(id)).primaryPhoneNumberId).toBe(added.id)
    await phoneNumbers.deletePhoneNumber(kim.primaryPhoneNumberId!)
    await users.replaceUserPhoneNumber(id, { phoneNumber: first })
    expect((await users.getUser(id)).phoneNumbers).toMatchObject([{ phoneNumber: first }])
    await expect(users.createUser({ phoneNumber: [first] })).rejects.toMatchObject({
      errors: [{ code: 'form_identifier_exists' }],
    })
  })
})

it('is asked on every route of phone numbers', async () => {
  for (const folder of ['frontend', 'backend']) {
    const routes = await routesOf(`local-clerk/${folder}`, name => name === 'phones.ts')
    expect(routes.filter(each => !asked.has(each))).toEqual([])
  }
})
