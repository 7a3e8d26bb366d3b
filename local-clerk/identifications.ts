import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import type { Settings } from './settings.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'
import type { Verification } from './verifications.ts'
import { createEmail, createPhone } from './webhooks/payloads/index.ts'

interface Identifications {
  email_address: UserJSON['email_addresses'][number]
  phone_number: UserJSON['phone_numbers'][number]
}

export type IdentificationKind = keyof Identifications
export type Identification = Identifications[IdentificationKind]

/** Where a user's identifications of a kind are, and which of them is the primary one. */
export const fields = {
  email_address: { list: 'email_addresses', primary: 'primary_email_address_id' },
  phone_number: { list: 'phone_numbers', primary: 'primary_phone_number_id' },
} as const

/** A phone number in E.164 format, or undefined when the text is none. */
export function toPhoneNumber(text: string): string | undefined {
  const number = text.replaceAll(/[\s().-]/g, '')
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined
}

export function identificationsOf<Kind extends IdentificationKind>(
  user: Pick<UserJSON, 'email_addresses' | 'phone_numbers'>,
  kind: Kind,
): Identifications[Kind][] {
  return user[fields[kind].list] as Identifications[Kind][]
}

const valueOf = (each: Identification) => each.object === 'email_address' ? each.email_address : each.phone_number

export function primaryOf<Kind extends IdentificationKind>(user: UserJSON, kind: Kind) {
  return identificationsOf(user, kind).find(({ id }) => id === user[fields[kind].primary])
}

/** By what others know a user. */
export function identifierOf(user: UserJSON): string {
  const email = primaryOf(user, 'email_address')?.email_address
  return email ?? primaryOf(user, 'phone_number')?.phone_number ?? user.username ?? ''
}

/** @throws ClerkError when the user does not have it */
function find<Kind extends IdentificationKind>(user: UserJSON, kind: Kind, id: string): Identifications[Kind] {
  const found = identificationsOf(user, kind).find(each => each.id === id)
  if (!found) throw errors.notFound(kind.replace('_', ' '))
  return found
}

/** A new identification, verified. */
export function createIdentification<Kind extends IdentificationKind>(
  kind: Kind,
  value: string,
): Identifications[Kind] {
  const create = kind === 'email_address' ? createEmail : createPhone
  return create(newId('idn'), value, Date.now()) as Identification as Identifications[Kind]
}

interface Parts {
  store: Store
  settings: Settings
  get: (userId: string) => UserJSON
  change: (userId: string, edit: (user: UserJSON) => void) => UserJSON
  /** Changes a user without an event. */
  record: (userId: string, edit: (user: UserJSON) => void) => UserJSON
}

/** The email addresses and phone numbers of users. Nobody shares one with another user. */
export function createIdentifications({ store, settings, get, change, record }: Parts) {
  const isTaken = {
    email_address: (value: string) => store.get('select 1 from emails where address = ?', value) !== undefined,
    phone_number: (value: string) => store.get('select 1 from phones where number = ?', value) !== undefined,
  }

  /**
   * @returns the value as it is stored
   * @throws ClerkError when it is malformed
   */
  function parse(kind: IdentificationKind, value: string): string {
    if (kind === 'phone_number') {
      const number = toPhoneNumber(value)
      if (!number) throw errors.phoneInvalid()
      return number
    }
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) throw errors.emailInvalid()
    return value
  }

  /** @throws ClerkError also when it is taken */
  function check(kind: IdentificationKind, value: string): string {
    const parsed = parse(kind, value)
    if (isTaken[kind](parsed)) throw errors.identifierExists(kind)
    return parsed
  }

  return {
    parse,
    check,

    /**
     * The user who has an identification.
     * @throws ClerkError when nobody has it
     */
    ownerOf<Kind extends IdentificationKind>(kind: Kind, id: string) {
      const row = store.get<{ id: string }>(
        `select users.id from users, json_each(users.data, '$.${fields[kind].list}') as each
         where json_extract(each.value, '$.id') = ?`,
        id,
      )
      if (!row) throw errors.notFound(kind.replace('_', ' '))
      const user = get(row.id)
      return { user, found: find(user, kind, id) }
    },

    add<Kind extends IdentificationKind>(
      userId: string,
      kind: Kind,
      value: string,
      { verified = false, primary = false } = {},
    ): Identifications[Kind] {
      const created = createIdentification(kind, check(kind, value))
      const added = verified ? created : Object.assign(created, { verification: null })
      change(userId, (user) => {
        const { primary: primaryId } = fields[kind]
        identificationsOf(user, kind).push(added)
        if (primary || (verified && !user[primaryId])) user[primaryId] = added.id
      })
      return added
    },

    /** Replaces all of the user's identifications of this kind by a verified one. */
    replace<Kind extends IdentificationKind>(userId: string, kind: Kind, value: string): Identifications[Kind] {
      const parsed = parse(kind, value)
      const isOwn = identificationsOf(get(userId), kind).some(each => valueOf(each) === parsed)
      const replacing = createIdentification(kind, isOwn ? parsed : check(kind, parsed))
      const { list, primary } = fields[kind]
      change(userId, user => Object.assign(user, { [list]: [replacing], [primary]: replacing.id }))
      return replacing
    },

    /** Keeps the verification that was begun, for which Clerk sends no event. */
    begin<Kind extends IdentificationKind>(userId: string, kind: Kind, id: string, verification: Verification) {
      return find(record(userId, user => Object.assign(find(user, kind, id), { verification })), kind, id)
    },

    /** Marks it as verified, or not, as the Backend API can. */
    setVerified(userId: string, kind: IdentificationKind, id: string, verified: boolean): void {
      change(userId, (user) => {
        const { verification } = createIdentification(kind, '')
        Object.assign(find(user, kind, id), { verification: verified ? verification : null })
      })
    },

    /** Marks it as verified by what was begun. The first one of its kind becomes the primary one. */
    verify<Kind extends IdentificationKind>(userId: string, kind: Kind, id: string): Identifications[Kind] {
      const changed = change(userId, (user) => {
        const { verification } = find(user, kind, id)
        Object.assign(verification ?? {}, { status: 'verified', attempts: 1 })
        user[fields[kind].primary] ??= id
      })
      return find(changed, kind, id)
    },

    /** @throws ClerkError when the user needs it: their last one, or the last one of a required kind */
    remove(userId: string, kind: IdentificationKind, removedId: string): void {
      const user = get(userId)
      const { list, primary } = fields[kind]
      const others = identificationsOf(user, kind).filter(({ id }) => id !== removedId)
      const left = user.email_addresses.length + user.phone_numbers.length - 1 + (user.username ? 1 : 0)
      const isNeeded = others.length === 0 && settings.current()[kind] === 'required'
      if (isNeeded || left === 0) throw errors.lastIdentification()
      change(userId, (changed) => {
        const primaryId = changed[primary] === removedId ? others[0]?.id ?? null : changed[primary]
        Object.assign(changed, { [list]: others, [primary]: primaryId })
      })
    },
  }
}
