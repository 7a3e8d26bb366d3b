import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { Identification } from '../identifications.ts'
import { makeDefaultSecondFactor, reserveForSecondFactor } from '../second-factor-phones.ts'
import { newVerification } from '../verifications.ts'
import type { Context } from './context.ts'
import { addIdentificationRoutes, identificationInPath } from './identifications.ts'
import { identificationJSON } from './json.ts'
import { textCode } from './messages.ts'
import { answer, isTrue, readForm, requireVerifiedSession } from './requests.ts'

/** The signed-in user's phone numbers. */
export function addPhoneRoutes(router: Router, context: Context): void {
  const { users, reverification, secondFactors } = context
  const toJSON = (phone: Identification) => identificationJSON(phone, reverification.now())

  addIdentificationRoutes(router, context, 'phone_number')

  router.post('/v1/me/phone_numbers', defineEventHandler(async (event) => {
    const { phone_number, reserved_for_second_factor } = await readForm(event)
    const { client, user } = requireVerifiedSession(context, event)
    if (!phone_number) throw errors.missing('phone_number')
    const added = users.identifications.add(user.id, 'phone_number', phone_number)
    if (!isTrue(reserved_for_second_factor)) return answer(context, event, client, toJSON(added))
    return answer(context, event, client, toJSON(reserveForSecondFactor(users, user.id, added.id, true)))
  }))

  // `setReservedForSecondFactor` and `makeDefaultSecondFactor` of ClerkJS.
  router.patch('/v1/me/phone_numbers/:id', defineEventHandler(async (event) => {
    const { reserved_for_second_factor, default_second_factor } = await readForm(event)
    requireVerifiedSession(context, event)
    const { client, user, found: phone } = identificationInPath(context, event, 'phone_number')
    let changed = phone
    if (reserved_for_second_factor !== undefined) {
      changed = reserveForSecondFactor(users, user.id, phone.id, isTrue(reserved_for_second_factor))
    }
    if (isTrue(default_second_factor)) changed = makeDefaultSecondFactor(users, user.id, phone.id)
    const backup_codes = secondFactors.firstBackupCodes(user.id)
    return answer(context, event, client, { ...toJSON(changed), ...backup_codes && { backup_codes } })
  }))

  router.post('/v1/me/phone_numbers/:id/prepare_verification', defineEventHandler((event) => {
    const { client, user, found: phone } = identificationInPath(context, event, 'phone_number')
    textCode(context, { to: phone.phone_number, id: phone.id, userId: user.id })
    const verification = newVerification('phone_code', reverification.now())
    const begun = users.identifications.begin(user.id, 'phone_number', phone.id, verification)
    return answer(context, event, client, toJSON(begun))
  }))
}
