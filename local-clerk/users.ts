import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import { checkPassword, hashPassword, isPassword } from './passwords.ts'
import { createEmail, createUser } from './webhooks/payloads/index.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'
import type { Webhooks } from './webhooks/index.ts'

export type Metadata = Record<string, unknown>

/** The fields for creating or updating a user. An update keeps the fields that are absent. */
export interface UserInput {
  id?: string
  username?: string | null
  first_name?: string | null
  last_name?: string | null
  email_address?: string[]
  password?: string
  public_metadata?: Metadata
  private_metadata?: Metadata
  unsafe_metadata?: Metadata
  external_id?: string | null
  primary_email_address_id?: string
  created_at?: number
  /** Shows a drawn portrait instead of the initials. */
  has_image?: boolean
}

type EmailAddress = UserJSON['email_addresses'][number]
export type Users = ReturnType<typeof createUsers>

export function primaryEmail(user: UserJSON): EmailAddress | undefined {
  return user.email_addresses.find(({ id }) => id === user.primary_email_address_id)
}

/**
 * The users. Each change of a user sends an event.
 * @param path  the path under which the app proxies Local Clerk, for the URLs of images
 */
export function createUsers(store: Store, webhooks: Webhooks, path: string) {
  const imageUrl = (id: string) => `${path}/images/${id}`

  function save(user: UserJSON, password?: string | null): void {
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
  }

  /** Saves a change of a user under a newer version and sends its event, both in one transaction. */
  function change(id: string, edit: (user: UserJSON) => void, password?: string): UserJSON {
    return store.transaction(() => {
      const user = get(id)
      edit(user)
      // Two changes in the same millisecond still get different versions.
      user.updated_at = Math.max(Date.now(), user.updated_at + 1)
      save(user, password)
      webhooks.send('user.updated', user)
      return user
    })
  }

  function find(id: string): UserJSON | undefined {
    const row = store.get<{ data: string }>('select data from users where id = ?', id)
    return row && JSON.parse(row.data)
  }

  function get(id: string): UserJSON {
    const user = find(id)
    if (!user) throw errors.notFound('user')
    return user
  }

  function checkUsername(username: string, own?: string): void {
    if (!/^[\w-]{3,64}$/.test(username)) throw errors.usernameInvalid()
    const taken = store.get<{ id: string }>('select id from users where username = ?', username)
    if (taken && taken.id !== own) throw errors.identifierExists('username')
  }

  function checkEmail(address: string): void {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) throw errors.emailInvalid()
    if (store.get('select 1 from emails where address = ?', address)) throw errors.identifierExists('email_address')
  }

  const newEmail = (address: string): EmailAddress => createEmail(newId('idn'), address, Date.now())

  function apply(user: UserJSON, input: UserInput): void {
    const { username, primary_email_address_id: primaryId } = input
    if (username) checkUsername(username, user.id)
    if (primaryId && !user.email_addresses.some(({ id }) => id === primaryId)) throw errors.notFound('email address')
    const given = {
      username: username === '' ? null : username,
      first_name: input.first_name,
      last_name: input.last_name,
      public_metadata: input.public_metadata,
      private_metadata: input.private_metadata,
      unsafe_metadata: input.unsafe_metadata,
      external_id: input.external_id,
      primary_email_address_id: primaryId,
    }
    Object.assign(user, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  }

  return {
    find,
    get,
    checkEmail,
    checkUsername,
    imageUrl,

    /** @throws ClerkError when an identifier is taken or malformed, or the password is weak */
    create(input: UserInput, { hash }: { hash?: string } = {}): UserJSON {
      if (input.password !== undefined) checkPassword(input.password)
      for (const address of input.email_address ?? []) checkEmail(address)
      const at = input.created_at ?? Date.now()
      const id = input.id ?? newId('user')
      const user: UserJSON = {
        ...createUser(id, at),
        username: null,
        first_name: null,
        last_name: null,
        last_sign_in_at: null,
        last_active_at: null,
        image_url: imageUrl(id),
        has_image: input.has_image ?? false,
        email_addresses: (input.email_address ?? []).map(newEmail),
        password_enabled: input.password !== undefined || hash !== undefined,
      }
      user.primary_email_address_id = user.email_addresses[0]?.id ?? null
      apply(user, input)
      return store.transaction(() => {
        save(user, input.password === undefined ? hash : hashPassword(input.password))
        webhooks.send('user.created', user)
        return user
      })
    },

    update(id: string, input: UserInput): UserJSON {
      const { password } = input
      if (password === undefined) return change(id, user => apply(user, input))
      checkPassword(password)
      const applyWithPassword = (user: UserJSON) => {
        apply(user, input)
        user.password_enabled = true
        user.password_last_updated_at = Date.now()
      }
      return change(id, applyWithPassword, hashPassword(password))
    },

    change,

    remove(id: string): { object: 'user', id: string, deleted: true } {
      return store.transaction(() => {
        const user = get(id)
        store.run('delete from users where id = ?', id)
        store.run('delete from emails where user_id = ?', id)
        store.run('delete from images where id = ?', id)
        store.run('delete from sessions where user_id = ?', id)
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

    /** @throws ClerkError when the address is taken or malformed */
    addEmail(id: string, address: string, verified: boolean): EmailAddress {
      checkEmail(address)
      const email = newEmail(address)
      if (!verified) email.verification = null
      change(id, user => user.email_addresses.push(email))
      return email
    },

    /** Sets the profile image. */
    setImage(id: string, type: string, bytes: Uint8Array): UserJSON {
      store.run(
        `insert into images (id, type, bytes) values (?, ?, ?)
         on conflict (id) do update set type = excluded.type, bytes = excluded.bytes`,
        id,
        type,
        bytes,
      )
      // A new URL, because browsers cache the image under the old one.
      const image_url = `${imageUrl(id)}?v=${Date.now()}`
      return change(id, user => Object.assign(user, { has_image: true, image_url }))
    },

    removeImage(id: string): UserJSON {
      store.run('delete from images where id = ?', id)
      return change(id, user => Object.assign(user, { has_image: false, image_url: imageUrl(id) }))
    },

    removePassword(id: string): UserJSON {
      return store.transaction(() => {
        store.run('update users set password = null where id = ?', id)
        return change(id, user => Object.assign(user, { password_enabled: false }))
      })
    },

    /**
     * Replaces all of the user's email addresses by a verified one.
     * @throws ClerkError when the address is another user's, or malformed
     */
    replaceEmails(id: string, address: string): EmailAddress {
      const own = get(id).email_addresses.some(({ email_address }) => email_address === address)
      if (!own) checkEmail(address)
      const email = newEmail(address)
      change(id, user => Object.assign(user, { email_addresses: [email], primary_email_address_id: email.id }))
      return email
    },

    /** @throws ClerkError when it is the user's last one */
    removeEmail(id: string, emailId: string): void {
      const others = get(id).email_addresses.filter(email => email.id !== emailId)
      if (others.length === 0) throw errors.lastIdentification()
      change(id, (user) => {
        user.email_addresses = others
        if (user.primary_email_address_id === emailId) user.primary_email_address_id = others[0]!.id
      })
    },

    /** Records the time of a sign-in, for which Clerk sends no user event. */
    signedIn(id: string): void {
      const user = get(id)
      user.last_sign_in_at = user.last_active_at = Date.now()
      save(user)
    },

    findByIdentifier(identifier: string): UserJSON | undefined {
      const row = store.get<{ id: string }>(
        'select user_id as id from emails where address = ?1 union select id from users where username = ?1',
        identifier,
      )
      return row && find(row.id)
    },

    hasPassword(id: string, password: string): boolean {
      const row = store.get<{ password: string | null }>('select password from users where id = ?', id)
      return isPassword(row?.password, password)
    },
  }
}
