import type { UserJSON } from '@clerk/backend'
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
  /** @throws ClerkError when nobody has the phone number that the path names as `:id` */
  function phoneInPath(event: H3Event) {
    const id = getRouterParam(event, 'id') ?? ''
    const row = store.get<{ data: string }>(
      `select users.data from users, json_each(users.data, '$.phone_numbers') as phone
       where json_extract(phone.value, '$.id') = ?`,
      id,
    )
    if (!row) throw errors.notFound('phone number')
    const user = JSON.parse(row.data) as UserJSON
    return { user, phone: user.phone_numbers.find(phone => phone.id === id)! }
  }

  router.post('/v1/phone_numbers', defineEventHandler(async (event) => {
    const input = await readJSON<PhoneInput>(event)
    const { id } = users.get(input.user_id ?? '')
    if (!input.phone_number) throw errors.missing('phone_number')
    const phone = users.identifications.add(id, 'phone_number', input.phone_number, input)
    return input.reserved_for_second_factor ? reserveForSecondFactor(users, id, phone.id, true) : phone
  }))

  router.get('/v1/phone_numbers/:id', defineEventHandler(event => phoneInPath(event).phone))

  router.patch('/v1/phone_numbers/:id', defineEventHandler(async (event) => {
    const { user, phone } = phoneInPath(event)
    const { verified, primary, reserved_for_second_factor } = await readJSON<PhoneInput>(event)
    store.transaction(() => {
      if (verified !== undefined) users.identifications.setVerified(user.id, 'phone_number', phone.id, verified)
      if (primary) users.update(user.id, { primary_phone_number_id: phone.id })
      if (reserved_for_second_factor !== undefined) {
        reserveForSecondFactor(users, user.id, phone.id, reserved_for_second_factor)
      }
    })
    return phoneInPath(event).phone
  }))

  router.delete('/v1/phone_numbers/:id', defineEventHandler((event) => {
    const { user, phone } = phoneInPath(event)
    users.identifications.remove(user.id, 'phone_number', phone.id)
    return { object: 'phone_number', id: phone.id, deleted: true }
  }))
}
