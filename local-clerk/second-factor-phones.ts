import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import type { Users } from './users.ts'

type PhoneNumber = UserJSON['phone_numbers'][number]

type Edit = (phone: PhoneNumber, all: PhoneNumber[]) => void

/** Changes one of a user's phone numbers. Of those reserved for the second factor, one is always the default. */
function changePhone(users: Users, userId: string, phoneId: string, edit: Edit): PhoneNumber {
  const find = ({ phone_numbers }: UserJSON) => {
    const phone = phone_numbers.find(({ id }) => id === phoneId)
    if (!phone) throw errors.notFound('phone number')
    return phone
  }
  return find(users.change(userId, (user) => {
    edit(find(user), user.phone_numbers)
    const reserved = user.phone_numbers.filter(phone => phone.reserved_for_second_factor)
    const [first] = reserved
    if (first && !reserved.some(phone => phone.default_second_factor)) first.default_second_factor = true
  }))
}

/** Keeps a phone number for the second factor: it no longer signs its user in alone. */
export function reserveForSecondFactor(users: Users, userId: string, phoneId: string, reserved: boolean): PhoneNumber {
  return changePhone(users, userId, phoneId, (phone) => {
    phone.reserved_for_second_factor = reserved
    if (!reserved) phone.default_second_factor = false
  })
}

/** @throws ClerkError when it is not reserved for the second factor */
export function makeDefaultSecondFactor(users: Users, userId: string, phoneId: string): PhoneNumber {
  return changePhone(users, userId, phoneId, (phone, all) => {
    if (!phone.reserved_for_second_factor) throw errors.notSecondFactor()
    for (const each of all) each.default_second_factor = each === phone
  })
}
