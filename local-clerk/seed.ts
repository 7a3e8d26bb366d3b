import type { Store } from './store.ts'
import { hashPassword } from './users.ts'
import type { UserInput, Users } from './users.ts'
import { inhabitants } from './world.ts'
import type { Inhabitant } from './world.ts'

/** Everybody's. */
export const password = 'local-clerk'

/** The users that a fresh Local Clerk has. The fields in unsafe_metadata seed the app's profiles. */
export const people: UserInput[] = [
  { id: 'user_123', first_name: 'Ada', last_name: 'Baker', username: 'ada', email_address: ['ada@example.com'], unsafe_metadata: { birthday: '1990-05-12', country: 'US', bio: 'Coffee enthusiast.' } },
  { id: 'user_456', first_name: 'Liam', last_name: 'Tremblay', username: 'liam', email_address: ['liam@example.com'], unsafe_metadata: { birthday: '1985-11-23', country: 'CA', bio: 'Loves to read.' } },
  { id: 'user_789', first_name: 'Mia', last_name: 'Schmidt', username: 'mia', email_address: ['mia@example.com'], unsafe_metadata: { birthday: '2001-07-04', country: 'DE', bio: 'Student and coder.' } },
  { id: 'user_admin', first_name: 'Alex', last_name: 'Admin', username: 'admin', email_address: ['admin@example.com'], public_metadata: { role: 'admin' } },
]

export function seed(users: Users): void {
  const hash = hashPassword(password)
  for (const person of people) if (!users.find(person.id!)) users.create(person, { hash })
}

export interface World {
  store: Store
  users: Users
  /** Shows a profile in the app's directory, as its user would: with a session token of theirs. */
  publish?: (person: { id: string, showsBirthday: boolean }) => Promise<void>
}

/** Profiles that are published at a time. */
const publishers = 8

/**
 * Makes N people, the same ones each time; those that an earlier run has made stay as they are now.
 * @param options.live  they act as well: some open their profile to the directory, some leave
 * @param options.done  takes the number of people made so far, now and then
 */
export async function seedPeople(
  { store, users, publish }: World,
  count: number,
  { live = false, done = () => {} }: { live?: boolean, done?: (count: number) => void } = {},
): Promise<void> {
  const hash = hashPassword(password)
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
      // Requests and deliveries go on meanwhile.
      await new Promise(setImmediate)
    }
  }
  done(count)
  if (!publish) return
  const waiting = publishing.filter(({ user }) => store.get('select 1 from seeded where id = ? and published = 0', user.id))
  await Promise.all(Array.from({ length: publishers }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      await publish({ id: next.user.id, showsBirthday: next.showsBirthday })
      store.run('update seeded set published = 1 where id = ?', next.user.id)
    }
  }))
}
