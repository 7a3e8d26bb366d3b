import type { SeedOrganization } from './new-organization.ts'
import type { OrganizationParts } from './organizations/index.ts'
import type { Store } from './store.ts'
import type { UserInput, Users } from './users.ts'
import { inhabitants } from './world.ts'
import type { Inhabitant } from './world.ts'

/** The password of every seeded user. */
export const password = 'local-clerk'
/** Of that password, by `hashPassword`, which would take 50 ms at each start. */
const hash = 'bG9jYWwtY2xlcmstc2VlZA==:lDCH2PIFpDHQ3lsm4+KS5+WSwo9Y0xnm87Fs8fGOU70='

/** The default accounts. The app creates their profiles from `unsafe_metadata`. */
export const people: UserInput[] = [
  {
    id: 'user_123',
    first_name: 'Ada',
    last_name: 'Baker',
    username: 'ada',
    email_address: ['ada@example.com'],
    unsafe_metadata: { birthday: '1990-05-12', country: 'US', bio: 'Coffee enthusiast.' },
  },
  {
    id: 'user_456',
    first_name: 'Liam',
    last_name: 'Tremblay',
    username: 'liam',
    email_address: ['liam@example.com'],
    unsafe_metadata: { birthday: '1985-11-23', country: 'CA', bio: 'Loves to read.' },
  },
  {
    id: 'user_789',
    first_name: 'Mia',
    last_name: 'Schmidt',
    username: 'mia',
    email_address: ['mia@example.com'],
    unsafe_metadata: { birthday: '2001-07-04', country: 'DE', bio: 'Student and coder.' },
  },
  {
    id: 'user_admin',
    first_name: 'Alex',
    last_name: 'Admin',
    username: 'admin',
    email_address: ['admin@example.com'],
    public_metadata: { role: 'admin' },
  },
]

/** Creates the accounts that do not exist. An account without a password has the one of all seeded users. */
export function seed(users: Users, accounts: UserInput[]): void {
  for (const person of accounts) {
    const identifiers = [...person.email_address ?? [], ...person.username ? [person.username] : []]
    const isKnown = person.id ? users.find(person.id) : identifiers.some(users.findByIdentifier)
    if (!isKnown) users.create(person, person.password === undefined ? { hash } : {})
  }
}

/** Creates the organizations that do not exist, with members of the accounts. */
export function seedOrganizations(users: Users, organizations: OrganizationParts, wanted: SeedOrganization[]): void {
  const { memberships, roles } = organizations
  for (const { name, slug, members, ...options } of wanted) {
    if (organizations.list().some(known => slug ? known.slug === slug : known.name === name)) continue
    const { id } = organizations.create({
      name,
      slug,
      public_metadata: options.publicMetadata,
      private_metadata: options.privateMetadata,
      max_allowed_memberships: options.maxAllowedMemberships,
    })
    for (const { user, role } of members) {
      // Whoever has another address since an earlier start is left out.
      const member = users.find(user) ?? users.findByIdentifier(user)
      if (member) memberships.add({ organization_id: id, user_id: member.id, role_id: roles.byKey(role).id })
    }
  }
}

export interface World {
  store: Store
  users: Users
  /** Makes a profile public in the app's directory, by a request with a session token of its user. */
  publish?: (person: { id: string, showsBirthday: boolean }) => Promise<void>
}

/** The number of profiles published at a time. */
const publishers = 8

/**
 * Creates example users, the same ones each time. Users that an earlier run has created stay unchanged.
 * @param options.live  also makes some profiles public, and deletes some of the users
 * @param options.done  called repeatedly with the number of users created so far
 */
export async function seedPeople(
  { store, users, publish }: World,
  count: number,
  { live = false, done = () => {} }: { live?: boolean, done?: (count: number) => void } = {},
): Promise<void> {
  const isKnown = (id: string) => Boolean(store.get('select 1 from seeded where id = ?', id))
  const publishing: Inhabitant[] = []
  let index = 0
  for (const person of inhabitants(count, Date.now())) {
    const { user: { id }, isPublic, isDeleted } = person
    if (!isKnown(id)) {
      store.transaction(() => {
        users.create(person.user, { hash })
        store.run('insert into seeded (id, published) values (?, 0)', id)
        if (live && isDeleted) users.remove(id)
      })
    }
    if (live && isPublic && !isDeleted) publishing.push(person)
    if (++index % 500 === 0) {
      done(index)
      // Lets requests and deliveries proceed in between.
      await new Promise(setImmediate)
    }
  }
  done(count)
  if (!publish) return
  const isUnpublished = (id: string) => Boolean(store.get('select 1 from seeded where id = ? and published = 0', id))
  const waiting = publishing.filter(({ user }) => isUnpublished(user.id))
  await Promise.all(Array.from({ length: publishers }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      await publish({ id: next.user.id, showsBirthday: next.showsBirthday })
      store.run('update seeded set published = 1 where id = ?', next.user.id)
    }
  }))
}
