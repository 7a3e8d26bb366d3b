import { errors } from '../../errors.ts'
import { toPhoneNumber } from '../../identifications.ts'
import type { SettingsValues } from '../../settings.ts'
import type { VerificationStrategy } from '../../verifications.ts'
import type { Recipient } from '../messages.ts'
import type { Account, Factor, Step } from './strategy.ts'

type Email = Account['email_addresses'][number]
type Phone = Account['phone_numbers'][number]

const isVerified = ({ verification }: Email | Phone) => verification?.status === 'verified'
const primaryFirst = (primaryId: string | null) => (a: { id: string }, b: { id: string }) =>
  Number(b.id === primaryId) - Number(a.id === primaryId)

const defaultFirst = (a: Phone, b: Phone) => Number(b.default_second_factor) - Number(a.default_second_factor)

const emailsOf = ({ email_addresses, primary_email_address_id: primaryId }: Account) =>
  email_addresses.filter(isVerified).sort(primaryFirst(primaryId))

/** @param forSecond  those that are kept for the second factor, or else the others */
const phonesOf = ({ phone_numbers, primary_phone_number_id: primaryId }: Account, forSecond: boolean) =>
  phone_numbers
    .filter(phone => isVerified(phone) && phone.reserved_for_second_factor === forSecond)
    .sort(forSecond ? defaultFirst : primaryFirst(primaryId))

/** Whether a password signs in this account, and can be reset. */
export const hasPassword = ({ password_enabled }: Account, { password }: SettingsValues) =>
  password_enabled && password !== 'off'

export function emailFactors(account: Account, strategy: VerificationStrategy): Factor[] {
  return emailsOf(account).map(({ id, email_address }) => ({
    strategy,
    email_address_id: id,
    safe_identifier: email_address,
    primary: id === account.primary_email_address_id,
  }))
}

export function phoneFactors(account: Account, strategy: VerificationStrategy, forSecond = false): Factor[] {
  return phonesOf(account, forSecond).map(({ id, phone_number, default_second_factor }) => ({
    strategy,
    phone_number_id: id,
    safe_identifier: phone_number,
    primary: id === account.primary_phone_number_id,
    default: default_second_factor,
  }))
}

/**
 * The one that the form names, or that the user typed, or else the primary one.
 * @throws ClerkError when the account has none
 */
function choose<Each extends { id: string }>(all: Each[], named: string | undefined, isTyped: (each: Each) => boolean) {
  const chosen = named ? all.find(({ id }) => id === named) : all.find(isTyped) ?? all[0]
  if (!chosen) throw errors.strategyForUserInvalid()
  return chosen
}

export function emailOf({ account, form, identifier }: Step): Recipient {
  const typed = identifier?.toLowerCase()
  const { id, email_address } = choose(emailsOf(account), form.email_address_id, email =>
    email.email_address.toLowerCase() === typed)
  return { to: email_address, id: account.id && id, userId: account.id }
}

export function phoneOf({ account, form, identifier }: Step, forSecond = false): Recipient {
  const typed = toPhoneNumber(identifier ?? '')
  const { id, phone_number } = choose(phonesOf(account, forSecond), form.phone_number_id, phone =>
    phone.phone_number === typed)
  return { to: phone_number, id: account.id && id, userId: account.id }
}
