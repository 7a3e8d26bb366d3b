import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { prettifyError, z, ZodError } from 'zod'
import { settingsSchema } from '../settings.ts'
import type { SettingsChanges, SettingsValues } from '../settings.ts'
import { providerNames } from '../social/providers.ts'
import { action, badRequest, readJSON } from './context.ts'
import type { Context } from './context.ts'

/** What the page calls each setting, by subject. */
const subjects: [title: string, labels: Partial<Record<keyof SettingsValues, string>>][] = [
  ['Application', {
    application_name: 'Application name',
    support_email: 'Support email address',
    allowed_origins: 'Allowed origins of browser extensions and native apps, one per line',
  }],
  ['Account fields', {
    email_address: 'Email address',
    phone_number: 'Phone number',
    username: 'Username',
    password: 'Password',
    first_name: 'First name',
    last_name: 'Last name',
  }],
  ['Sign-in', {
    preferred_sign_in_strategy: 'Preferred sign-in strategy',
    email_strategies: 'Email verification',
    email_link_same_client: 'Require the same browser for email links',
    passkeys: 'Passkeys',
    social: 'Social providers',
    single_session_mode: 'One account at a time in each browser',
  }],
  ['Sign-up', {
    sign_up_mode: 'Sign-up mode',
    legal_consent: 'Require consent to the terms',
  }],
  ['Multi-factor', {
    second_factors: 'Second factors',
    second_factor_required: 'Require a second factor',
  }],
  ['Attack protection', {
    enumeration_protection: 'Hide whether an account exists',
    client_trust: 'Ask for a second factor on a new device',
    user_lockout: 'Lock an account after too many failed attempts',
    lockout_max_attempts: 'Failed attempts before an account is locked',
    lockout_minutes: 'Minutes that an account stays locked',
  }],
  ['Organizations', {
    organizations: 'Organizations',
    force_organization_selection: 'Require users to choose an organization',
    organization_slugs: 'Show slugs, and let users choose them',
    organization_admin_delete: 'Let members of new organizations delete them, if their role allows it',
    max_allowed_memberships: 'Most members of a new organization, 0 for any number',
    organization_creator_role: 'Role of the creator',
    organization_domains: 'Verified domains',
    organization_enrollment_modes: 'Enrollment modes of verified domains',
    organization_domain_role: 'Role of members who join by a verified domain',
  }],
  ['API keys', {
    api_keys: 'API keys',
  }],
]

/** What the page calls the values of those that offer a choice. */
const choices: Record<string, string> = {
  required: 'Required',
  on: 'Optional',
  off: 'Off',
  password: 'Password',
  otp: 'One-time code',
  email_code: 'Code',
  email_link: 'Link',
  totp: 'Authenticator app',
  phone_code: 'SMS code',
  backup_code: 'Backup codes',
  public: 'Public',
  restricted: 'Restricted',
  waitlist: 'Waitlist',
  manual_invitation: 'Manual invitation',
  automatic_invitation: 'Automatic invitation',
  automatic_suggestion: 'Automatic suggestion',
  ...providerNames,
}

/** What is chosen for an instance in Clerk's dashboard. */
export function addSettingsRoutes(router: Router, { settings }: Context): void {
  router.get('/control/settings', defineEventHandler(() => settings.current()))

  // The form: its groups, and the JSON Schema of each setting.
  router.get('/control/settings/schema', defineEventHandler(() => {
    const { properties } = z.toJSONSchema(settingsSchema)
    return {
      choices,
      subjects: subjects.map(([title, labels]) => ({
        title,
        settings: Object.entries(labels).map(([name, label]) => ({ name, label, schema: properties![name] })),
      })),
    }
  }))

  router.post('/control/settings', action(async (event) => {
    try {
      return settings.change(await readJSON<SettingsChanges>(event))
    }
    catch (error) {
      if (error instanceof ZodError) throw badRequest(prettifyError(error))
      throw error
    }
  }))
}
