import type { UserJSON } from '@clerk/backend'
import { newId } from '../store.ts'
import type { Verification } from '../verifications.ts'
import type { Profile } from './flows.ts'
import { scopes } from './providers.ts'

export type ExternalAccount = UserJSON['external_accounts'][number]

type IdentificationLink = UserJSON['email_addresses'][number]['linked_to'][number]

export const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/** Adds an account to a user, and the email address that they share refers to it. */
export function addAccount(user: UserJSON, account: ExternalAccount): void {
  const others = user.external_accounts.filter(({ provider }) => provider !== account.provider)
  user.external_accounts = [...others, account]
  const email = user.email_addresses.find(each => isSame(each.email_address, account.email_address))
  // Clerk's description has no object here; the type of `@clerk/backend` has one.
  const link = { type: account.provider, id: account.identification_id } as IdentificationLink
  if (email) email.linked_to = [...email.linked_to.filter(({ type }) => type !== link.type), link]
}

/** The account with which a user signs up has verified the email address. */
export function addFirstAccount(user: UserJSON, account: ExternalAccount): void {
  addAccount(user, account)
  const email = user.email_addresses.find(each => isSame(each.email_address, account.email_address))
  if (!email) return
  const strategy = `from_${account.provider}`
  Object.assign(email.verification!, { object: 'verification_from_oauth', strategy })
}

/**
 * @param verification  by the provider
 * @param id  of an account that is authorized again
 */
export function accountOf(
  { provider, ...profile }: Profile,
  verification: Verification,
  id = newId('eac'),
): ExternalAccount {
  const now = Date.now()
  const account = {
    object: 'external_account' as const,
    id,
    provider: `oauth_${provider}`,
    identification_id: newId('idn'),
    ...profile,
    approved_scopes: scopes,
    email_address_verified: true,
    image_url: '',
    username: null,
    phone_number: null,
    public_metadata: {},
    label: null,
    verification,
    created_at: now,
    updated_at: now,
  }
  // Clerk's description has no id of a verification; the type of `@clerk/backend` has one.
  return account as unknown as ExternalAccount
}
