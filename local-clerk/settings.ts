import { z } from 'zod'
import { createObjects } from './objects.ts'
import type { Store } from './store.ts'

const attribute = z.enum(['required', 'on', 'off'])

/** The providers of social sign-in that Local Clerk plays itself. */
const socialProviders = ['apple', 'discord', 'facebook', 'github', 'google', 'microsoft'] as const

export const enrollmentModes = ['manual_invitation', 'automatic_invitation', 'automatic_suggestion'] as const

/**
 * What is chosen for an instance in Clerk's dashboard. Each setting has Clerk's name where Clerk has one. The defaults
 * are what Addendum needs.
 */
export const settingsSchema = z.strictObject({
  /** What Clerk's components, authenticator apps and passkeys call the app. */
  application_name: z.string().min(1).default('Addendum'),
  support_email: z.string().default(''),
  /** Origins of apps that are no websites, such as browser extensions. */
  allowed_origins: z.array(z.string()).default([]),
  preferred_sign_in_strategy: z.enum(['password', 'otp']).default('password'),
  email_address: attribute.default('required'),
  phone_number: attribute.default('off'),
  username: attribute.default('on'),
  password: attribute.default('required'),
  first_name: attribute.default('on'),
  last_name: attribute.default('on'),
  /** How an email address is verified, and signs a user in. */
  email_strategies: z.array(z.enum(['email_code', 'email_link'])).nonempty().default(['email_code']),
  second_factors: z.array(z.enum(['totp', 'phone_code', 'backup_code'])).default([]),
  second_factor_required: z.boolean().default(false),
  passkeys: z.boolean().default(false),
  social: z.array(z.enum(socialProviders)).default([]),
  sign_up_mode: z.enum(['public', 'restricted', 'waitlist']).default('public'),
  legal_consent: z.boolean().default(false),
  /** Lets the combined form for sign-in and sign-up hide whether an account exists: it asks for a code either way. */
  enumeration_protection: z.boolean().default(false),
  /** Locks an account after too many failed attempts. */
  user_lockout: z.boolean().default(false),
  lockout_max_attempts: z.int().positive().default(100),
  lockout_minutes: z.int().positive().default(60),
  /** Requires that an emailed link is opened in the browser that asked for it. */
  email_link_same_client: z.boolean().default(false),
  /** Asks for a second factor when a password is used on a new device. */
  client_trust: z.boolean().default(false),
  organizations: z.boolean().default(false),
  /** Whether each user must choose an organization: the session task `choose-organization`. */
  force_organization_selection: z.boolean().default(false),
  organization_domains: z.boolean().default(false),
  /** How those with an email address of an organization's domain come into it. */
  organization_enrollment_modes: z.array(z.enum(enrollmentModes)).default([...enrollmentModes]),
  /** The key of the role that a domain gives to new members. */
  organization_domain_role: z.string().default('org:member'),
  /** The key of the role of whoever creates an organization. */
  organization_creator_role: z.string().default('org:admin'),
  /** Whether the members of a new organization may delete it, if their role does. */
  organization_admin_delete: z.boolean().default(true),
  /** Whether people see an organization's slug, and choose it. */
  organization_slugs: z.boolean().default(false),
  /** Of a new organization; 0 for any number. */
  max_allowed_memberships: z.int().min(0).default(5),
  api_keys: z.boolean().default(false),
  single_session_mode: z.boolean().default(false),
})

export type SettingsValues = z.infer<typeof settingsSchema>
export type SettingsChanges = z.input<typeof settingsSchema>
export type Settings = ReturnType<typeof createSettings>

/**
 * The instance's settings, in the store.
 * @param initial  what differs from the defaults until it is changed
 * @throws ZodError when a setting is unknown, or its value is
 */
export function createSettings(store: Store, initial: SettingsChanges = {}) {
  const stored = createObjects<{ values: SettingsChanges }>(store, 'instance_settings', 'iset')
  settingsSchema.parse(initial)

  const changes = (): SettingsChanges => ({ ...initial, ...stored.list()[0]?.values })

  return {
    current: (): SettingsValues => settingsSchema.parse(changes()),

    /** @throws ZodError when a setting is unknown, or its value is */
    change(changed: SettingsChanges): SettingsValues {
      const values = settingsSchema.parse({ ...changes(), ...changed })
      const [known] = stored.list()
      if (known) stored.update(known.id, { values: { ...known.values, ...changed } })
      else stored.create({ values: changed })
      return values
    },
  }
}

/**
 * Settings as a command line has them, such as `organizations=true` or `social=google,github`.
 * @throws Error that names the setting
 */
export function readSettings(lines: string[]): SettingsChanges {
  return Object.fromEntries(lines.map((line) => {
    const [, name = line, text = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
    if (!Object.hasOwn(settingsSchema.shape, name)) throw new Error(`There is no setting ${name}`)
    const schema = settingsSchema.shape[name as keyof SettingsValues]
    const values = [text, { true: true, false: false }[text], Number(text), text.split(',').filter(Boolean)]
    // A default would stand for an undefined value.
    const read = values.filter(value => value !== undefined).map(value => schema.safeParse(value))
    const found = read.find(({ success }) => success)
    if (!found) throw new Error(`The setting ${name} cannot be ${text}: ${read[0]!.error!.issues[0]!.message}`)
    return [name, found.data]
  }))
}
