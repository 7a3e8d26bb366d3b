import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { reserveForSecondFactor } from '../second-factor-phones.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'

interface PhoneInput {
  user_id?: string
  phone_number?: string
  verified?: boolean
  primary?: boolean
  reserved_for_second_factor?: boolean
}

/** The phone numbers of all users. */
export function addPhoneRoutes(router: Router, { store, users }: Context): void {
  const phoneInPath = (event: H3Event) =>
    users.identifications.ownerOf('phone_number', getRouterParam(event, 'id') ?? '')

  router.post('/v1/phone_numbers', defineEventHandler(async (event) => {
    const input = await readJSON<PhoneInput>(event)
    const { id } = users.get(input.user_id ?? '')
    if (!input.phone_number) throw errors.missing('phone_number')
    const phone = users.identifications.add(id, 'phone_number', input.phone_number, input)
    return input.reserved_for_second_factor ? reserveForSecondFactor(users, id, phone.id, true) : phone
  }))

  router.get('/v1/phone_numbers/:id', defineEventHandler(event => phoneInPath(event).found))

  router.patch('/v1/phone_numbers/:id', defineEventHandler(async (event) => {
    const { user, found: phone } = phoneInPath(event)
    const { verified, primary, reserved_for_second_factor } = await readJSON<PhoneInput>(event)
    store.transaction(() => {
      if (verified !== undefined) users.identifications.setVerified(user.id, 'phone_number', phone.id, verified)
      if (primary) users.update(user.id, { primary_phone_number_id: phone.id })
      if (reserved_for_second_factor !== undefined) {
        reserveForSecondFactor(users, user.id, phone.id, reserved_for_second_factor)
      }
    })
    return phoneInPath(event).found
  }))

  router.delete('/v1/phone_numbers/:id', defineEventHandler((event) => {
    const { user, found: phone } = phoneInPath(event)
    users.identifications.remove(user.id, 'phone_number', phone.id)
    return { object: 'phone_number', id: phone.id, deleted: true }
  }))
}
