import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import { createIdentification, createIdentifications, primaryOf, toPhoneNumber } from './identifications.ts'
import { checkPassword, hashPassword, isPassword } from './passwords.ts'
import { updateTwoFactor } from './second-factors.ts'
import type { Settings } from './settings.ts'
import { addFirstAccount } from './social/external-account.ts'
import type { ExternalAccount } from './social/external-account.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'
import type { StoredImages } from './stored-images.ts'
import type { Webhooks } from './webhooks/index.ts'
import { createUser } from './webhooks/payloads/index.ts'
import type { User } from './webhooks/payloads/index.ts'

export type Metadata = Record<string, unknown>

/** The fields for creating or updating a user. An update keeps the fields that are absent. */
export interface UserInput {
  id?: string
  username?: string | null
  first_name?: string | null
  last_name?: string | null
  email_address?: string[]
  phone_number?: string[]
  password?: string
  public_metadata?: Metadata
  private_metadata?: Metadata
  unsafe_metadata?: Metadata
  external_id?: string | null
  primary_email_address_id?: string
  primary_phone_number_id?: string
  locale?: string | null
  timezone?: string | null
  legal_accepted_at?: number | null
  create_organization_enabled?: boolean
  created_at?: number
  /** Shows a drawn portrait instead of the initials. */
  has_image?: boolean
}

interface CreateOptions {
  hash?: string
  external_account?: ExternalAccount
}

export type Users = ReturnType<typeof createUsers>

export const fullName = ({ first_name, last_name }: Pick<UserJSON, 'first_name' | 'last_name'>) =>
  [first_name, last_name].filter(Boolean).join(' ')

export const primaryEmail = (user: UserJSON) => primaryOf(user, 'email_address')

/** The users. Each change of a user sends an event. */
export function createUsers(store: Store, webhooks: Webhooks, settings: Settings, images: StoredImages) {
  function save(user: User, password?: string | null): void {
    store.run(
      `insert into users (
         id, data, password, created_at, updated_at, last_sign_in_at, last_active_at,
         username, first_name, last_name, email_address
       )
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set
         data = excluded.data,
         password = coalesce(excluded.password, password),
         updated_at = excluded.updated_at,
         last_sign_in_at = excluded.last_sign_in_at,
         last_active_at = excluded.last_active_at,
         username = excluded.username,
         first_name = excluded.first_name,
         last_name = excluded.last_name,
         email_address = excluded.email_address`,
      user.id,
      JSON.stringify(user),
      password ?? null,
      user.created_at,
      user.updated_at,
      user.last_sign_in_at,
      user.last_active_at,
      user.username,
      user.first_name,
      user.last_name,
      primaryEmail(user)?.email_address ?? null,
    )
    store.run('delete from emails where user_id = ?', user.id)
    for (const { email_address } of user.email_addresses) {
      store.run('insert into emails (address, user_id) values (?, ?)', email_address, user.id)
    }
    store.run('delete from phones where user_id = ?', user.id)
    for (const { phone_number } of user.phone_numbers) {
      store.run('insert into phones (number, user_id) values (?, ?)', phone_number, user.id)
    }
    if (password) store.run('delete from compromised_passwords where user_id = ?', user.id)
  }

  /** Saves a change of a user under a newer version and sends its event, both in one transaction. */
  function change(id: string, edit: (user: User) => void, password?: string): User {
    return store.transaction(() => {
      const user = get(id)
      edit(user)
      updateTwoFactor(user)
      // Two changes in the same millisecond still get different versions.
      user.updated_at = Math.max(Date.now(), user.updated_at + 1)
      save(user, password)
      webhooks.send('user.updated', user)
      return user
    })
  }

  /** Saves a change of a user for which Clerk sends no event. */
  function record(id: string, edit: (user: User) => void): User {
    const user = get(id)
    edit(user)
    save(user)
    return user
  }

  function find(id: string): User | undefined {
    const row = store.get<{ data: string }>('select data from users where id = ?', id)
    return row && JSON.parse(row.data)
  }

  function get(id: string): User {
    const user = find(id)
    if (!user) throw errors.notFound('user')
    return user
  }

  function checkUsername(username: string, own?: string): void {
    if (!/^[\w-]{3,64}$/.test(username)) throw errors.usernameInvalid()
    const taken = store.get<{ id: string }>('select id from users where username = ?', username)
    if (taken && taken.id !== own) throw errors.identifierExists('username')
  }

  const identifications = createIdentifications({ store, settings, get, change, record })

  /** Called with the id of a user who is about to be deleted, within the transaction. */
  const removals: ((id: string) => void)[] = []

  function apply(user: UserJSON, input: UserInput): void {
    const { username, primary_email_address_id: emailId, primary_phone_number_id: phoneId } = input
    if (username) checkUsername(username, user.id)
    if (emailId && !user.email_addresses.some(({ id }) => id === emailId)) throw errors.notFound('email address')
    if (phoneId && !user.phone_numbers.some(({ id }) => id === phoneId)) throw errors.notFound('phone number')
    const given = {
      username: username === '' ? null : username,
      first_name: input.first_name,
      last_name: input.last_name,
      public_metadata: input.public_metadata,
      private_metadata: input.private_metadata,
      unsafe_metadata: input.unsafe_metadata,
      external_id: input.external_id,
      primary_email_address_id: emailId,
      primary_phone_number_id: phoneId,
      locale: input.locale,
      timezone: input.timezone,
      legal_accepted_at: input.legal_accepted_at,
      create_organization_enabled: input.create_organization_enabled,
    }
    Object.assign(user, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  }

  return {
    find,
    get,
    checkUsername,
    identifications,

    /** Adds what is done before a user is deleted. */
    beforeRemoval(leave: (id: string) => void): void {
      removals.push(leave)
    },

    /**
     * @param options.external_account  with which the user has signed up
     * @throws ClerkError when an identifier is taken or malformed, or the password is weak
     */
    create(input: UserInput, { hash, external_account }: CreateOptions = {}): User {
      if (input.password !== undefined) checkPassword(input.password)
      const valuesOf = (kind: 'email_address' | 'phone_number') =>
        (input[kind] ?? []).map(value => identifications.check(kind, value))
      const at = input.created_at ?? Date.now()
      const id = input.id ?? newId('user')
      const user: User = {
        ...createUser(id, at),
        username: null,
        first_name: null,
        last_name: null,
        last_sign_in_at: null,
        last_active_at: null,
        image_url: images.urlOf(id),
        has_image: input.has_image ?? false,
        email_addresses: valuesOf('email_address').map(value => createIdentification('email_address', value)),
        phone_numbers: valuesOf('phone_number').map(value => createIdentification('phone_number', value)),
        password_enabled: input.password !== undefined || hash !== undefined,
      }
      user.primary_email_address_id = user.email_addresses[0]?.id ?? null
      user.primary_phone_number_id = user.phone_numbers[0]?.id ?? null
      apply(user, input)
      if (external_account) addFirstAccount(user, external_account)
      return store.transaction(() => {
        save(user, input.password === undefined ? hash : hashPassword(input.password))
        webhooks.send('user.created', user)
        return user
      })
    },

    update(id: string, input: UserInput): User {
      const { password } = input
      if (password === undefined) return change(id, user => apply(user, input))
      checkPassword(password)
      const applyWithPassword = (user: User) => {
        apply(user, input)
        user.password_enabled = true
        user.password_last_updated_at = Date.now()
      }
      return change(id, applyWithPassword, hashPassword(password))
    },

    change,
    record,

    remove(id: string): { object: 'user', id: string, deleted: true } {
      return store.transaction(() => {
        const user = get(id)
        for (const leave of removals) leave(id)
        store.run('delete from users where id = ?', id)
        images.remove(id)
        for (const table of ['emails', 'phones', 'compromised_passwords', 'lockouts', 'sessions']) {
          store.run(`delete from ${table} where user_id = ?`, id)
        }
        const secrets = `object in ('totp', 'backup_code', 'passkey')`
        store.run(`delete from objects where ${secrets} and json_extract(data, '$.user_id') = ?`, id)
        const deleted = {
          object: 'user' as const,
          id,
          deleted: true as const,
          ...user.external_id && { external_id: user.external_id },
        }
        webhooks.send('user.deleted', deleted)
        return deleted
      })
    },

    /** Sets the profile image. */
    setImage(id: string, type: string, bytes: Uint8Array): User {
      const image_url = images.save(id, type, bytes)
      return change(id, user => Object.assign(user, { has_image: true, image_url }))
    },

    removeImage(id: string): User {
      images.remove(id)
      return change(id, user => Object.assign(user, { has_image: false, image_url: images.urlOf(id) }))
    },

    removePassword(id: string): User {
      return store.transaction(() => {
        store.run('update users set password = null where id = ?', id)
        store.run('delete from compromised_passwords where user_id = ?', id)
        return change(id, user => Object.assign(user, { password_enabled: false }))
      })
    },

    /** The user must choose another password, after they have signed in by another method. */
    setPasswordCompromised(id: string): void {
      store.run('insert or ignore into compromised_passwords (user_id) values (?)', id)
    },

    unsetPasswordCompromised(id: string): void {
      store.run('delete from compromised_passwords where user_id = ?', id)
    },

    isPasswordCompromised(id: string): boolean {
      return store.get('select 1 from compromised_passwords where user_id = ?', id) !== undefined
    },

    findByIdentifier(identifier: string): User | undefined {
      const row = store.get<{ id: string }>(
        `select user_id as id from emails where address = ?1
         union select user_id as id from phones where number = ?2
         union select id from users where username = ?1`,
        identifier,
        toPhoneNumber(identifier) ?? '',
      )
      return row && find(row.id)
    },

    hasPassword(id: string, password: string): boolean {
      const row = store.get<{ password: string | null }>('select password from users where id = ?', id)
      return isPassword(row?.password, password)
    },
  }
}
