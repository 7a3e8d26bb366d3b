import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { makeDefaultSecondFactor, reserveForSecondFactor } from '../second-factor-phones.ts'
import { attemptCode, newVerification } from '../verifications.ts'
import type { Verification } from '../verifications.ts'
import type { Context } from './context.ts'
import { identificationJSON } from './json.ts'
import { textCode } from './messages.ts'
import { answer, isTrue, readForm, requireSession, requireVerifiedSession } from './requests.ts'

/** The signed-in user's phone numbers. */
export function addPhoneRoutes(router: Router, context: Context): void {
  const { users, reverification, secondFactors } = context
  const toJSON = (phone: Phone) => identificationJSON(phone, reverification.now())

  router.get('/v1/me/phone_numbers', defineEventHandler((event) => {
    return requireSession(context, event).user.phone_numbers.map(toJSON)
  }))

  router.post('/v1/me/phone_numbers', defineEventHandler(async (event) => {
    const { phone_number, reserved_for_second_factor } = await readForm(event)
    const { client, user } = requireVerifiedSession(context, event)
    if (!phone_number) throw errors.missing('phone_number')
    const added = users.identifications.add(user.id, 'phone_number', phone_number)
    if (!isTrue(reserved_for_second_factor)) return answer(context, event, client, toJSON(added))
    return answer(context, event, client, toJSON(reserveForSecondFactor(users, user.id, added.id, true)))
  }))

  router.get('/v1/me/phone_numbers/:id', defineEventHandler((event) => {
    const { client, phone } = phoneInPath(context, event)
    return answer(context, event, client, toJSON(phone))
  }))

  // `setReservedForSecondFactor` and `makeDefaultSecondFactor` of ClerkJS.
  router.patch('/v1/me/phone_numbers/:id', defineEventHandler(async (event) => {
    const { reserved_for_second_factor, default_second_factor } = await readForm(event)
    requireVerifiedSession(context, event)
    const { client, user, phone } = phoneInPath(context, event)
    let changed = phone
    if (reserved_for_second_factor !== undefined) {
      changed = reserveForSecondFactor(users, user.id, phone.id, isTrue(reserved_for_second_factor))
    }
    if (isTrue(default_second_factor)) changed = makeDefaultSecondFactor(users, user.id, phone.id)
    const backup_codes = secondFactors.firstBackupCodes(user.id)
    return answer(context, event, client, { ...toJSON(changed), ...backup_codes && { backup_codes } })
  }))

  router.post('/v1/me/phone_numbers/:id/prepare_verification', defineEventHandler((event) => {
    const { client, user, phone } = phoneInPath(context, event)
    textCode(context, { to: phone.phone_number, id: phone.id, userId: user.id })
    const verification = newVerification('phone_code', reverification.now())
    const begun = users.identifications.begin(user.id, 'phone_number', phone.id, verification)
    return answer(context, event, client, toJSON(begun))
  }))

  router.post('/v1/me/phone_numbers/:id/attempt_verification', defineEventHandler(async (event) => {
    const { code } = await readForm(event)
    const { client, user, phone } = phoneInPath(context, event)
    attemptCode(phone.verification as Verification | null, { strategy: 'phone_code', code }, reverification.now())
    return answer(context, event, client, toJSON(users.identifications.verify(user.id, 'phone_number', phone.id)))
  }))

  router.delete('/v1/me/phone_numbers/:id', defineEventHandler((event) => {
    requireVerifiedSession(context, event)
    const { client, user, phone } = phoneInPath(context, event)
    users.identifications.remove(user.id, 'phone_number', phone.id)
    return answer(context, event, client, { object: 'phone_number', id: phone.id, deleted: true })
  }))
}

type Phone = ReturnType<typeof phoneInPath>['phone']

/**
 * The signed-in user's phone number that the path names as `:id`.
 * @throws ClerkError when it is not the user's
 */
function phoneInPath(context: Context, event: H3Event) {
  const signedIn = requireSession(context, event)
  const phone = signedIn.user.phone_numbers.find(({ id }) => id === getRouterParam(event, 'id'))
  if (!phone) throw errors.notFound('phone number')
  return { ...signedIn, phone }
}
