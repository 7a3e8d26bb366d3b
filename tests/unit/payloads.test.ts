import type { UserJSON } from '@clerk/backend'
import { describe, expect, it } from 'vitest'
import { createEvent, createUser, eventTypes } from '../../local-clerk/webhooks/payloads/index.ts'
import { knownTypes } from '../../server/sync/handlers.ts'

// `satisfies` keeps this list equal to Clerk's type: a missing or an extra key fails the type check. Clerk's published
// description has four more.
const userKeys = Object.keys({
  object: true,
  id: true,
  username: true,
  first_name: true,
  last_name: true,
  image_url: true,
  has_image: true,
  primary_email_address_id: true,
  primary_phone_number_id: true,
  primary_web3_wallet_id: true,
  password_enabled: true,
  two_factor_enabled: true,
  totp_enabled: true,
  backup_code_enabled: true,
  email_addresses: true,
  phone_numbers: true,
  web3_wallets: true,
  organization_memberships: true,
  external_accounts: true,
  enterprise_accounts: true,
  password_last_updated_at: true,
  public_metadata: true,
  private_metadata: true,
  unsafe_metadata: true,
  external_id: true,
  last_sign_in_at: true,
  banned: true,
  locked: true,
  deprovisioned: true,
  lockout_expires_in_seconds: true,
  verification_attempts_remaining: true,
  created_at: true,
  updated_at: true,
  last_active_at: true,
  create_organization_enabled: true,
  create_organizations_limit: true,
  delete_self_enabled: true,
  legal_accepted_at: true,
  locale: true,
  timezone: true,
} satisfies Record<keyof UserJSON, true>).concat(['passkeys', 'saml_accounts', 'mfa_enabled_at', 'mfa_disabled_at'])

describe('payloads', () => {
  it('has every key of Clerk\'s UserJSON in a user', () => {
    expect(Object.keys(createUser('user_1', 1)).sort()).toEqual(userKeys.sort())
  })

  it.each(eventTypes)('puts %s into Clerk\'s envelope', (type) => {
    const event = createEvent(type, { id: 'user_abc', at: 1_700_000_000_000 })
    expect(event).toMatchObject({
      object: 'event',
      type,
      timestamp: 1_700_000_000_000,
      instance_id: expect.stringMatching(/^ins_/),
    })
    expect(event.data.object).toMatch(/^[a-z_]+$/)
    expect(JSON.stringify(event.data)).toContain('abc')
  })

  it('has a payload for every type that has a handler', () => {
    expect([...eventTypes].sort()).toEqual([...knownTypes].sort())
  })

  it('creates equal events for the same user and time', () => {
    const again = () => createEvent('session.created', { id: 'user_9', at: 5 })
    expect(again()).toEqual(again())
    expect(again().data).toMatchObject({ id: 'sess_9', user_id: 'user_9', created_at: 5 })
  })
})
