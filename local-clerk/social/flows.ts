import { createHash } from 'node:crypto'
import { ClerkError } from '../errors.ts'
import { createObjects } from '../objects.ts'
import type { Stored } from '../objects.ts'
import { newId } from '../store.ts'
import type { Store } from '../store.ts'
import type { UserInput } from '../users.ts'
import type { SocialProvider } from './providers.ts'

const lifetime = 10 * 60_000

/** Somebody who has an account at every provider. */
export interface Person {
  email_address: string
  first_name: string
  last_name: string
}

/** What a provider tells about a person who agrees. */
export interface Profile extends Person {
  provider: SocialProvider
  /** The person's id at the provider. */
  provider_user_id: string
}

interface FlowFields {
  provider: SocialProvider
  /** The browser that was sent to the provider. */
  client_id: string
  /** What the browser was sent for: to sign in or up, or to connect an account to a user. */
  subject: { type: 'sign_in' | 'sign_up', id: string } | { type: 'external_account', id: string, user_id: string }
  /** The page that goes on with what is not complete. */
  redirect_url: string
  /** The page for a user who is signed in. */
  complete_url: string
  expires_at: number
  /** What the provider has answered, once it has. */
  answer?: { code: string, profile: Profile } | 'denied'
}

/** Its id is the `state` of OAuth. */
export type Flow = Stored<FlowFields>
export type Flows = ReturnType<typeof createFlows>

/**
 * Visits at social providers, which Local Clerk plays itself.
 * @param accounts  with which Local Clerk has started: each has an account at every provider, too
 */
export function createFlows(store: Store, accounts: UserInput[]) {
  const flows = createObjects<FlowFields>(store, 'oauth_flow', 'oaf')
  const known = createObjects<Person>(store, 'social_person', 'sop')
  const seeded = accounts.flatMap(({ email_address: [address] = [], first_name, last_name }): Person[] =>
    address ? [{ email_address: address, first_name: first_name ?? '', last_name: last_name ?? '' }] : [])

  /** @throws ClerkError when there is no such visit, or it has expired or ended */
  function get(state: unknown): Flow {
    const flow = flows.find(String(state))
    if (!flow || flow.expires_at <= Date.now()) throw invalid('The sign-in has expired. Begin again.')
    return flow
  }

  return {
    get,

    begin(fields: Omit<FlowFields, 'expires_at' | 'answer'>): Flow {
      for (const { id, expires_at } of flows.list()) if (expires_at <= Date.now()) flows.remove(id)
      return flows.create({ ...fields, expires_at: Date.now() + lifetime })
    },

    /** The people to choose from: those who were typed in, the newest first, and the seeded ones. */
    people(): Person[] {
      const typed = known.list().slice(0, 5).map(({ email_address, first_name, last_name }) => ({
        email_address, first_name, last_name,
      }))
      return [...typed, ...seeded]
    },

    /** @returns the code that Clerk exchanges for the profile */
    agree({ id, provider }: Flow, person: Person): string {
      const code = newId('code')
      const isSeeded = seeded.some(({ email_address }) => email_address === person.email_address)
      const before = known.list().find(({ email_address }) => email_address === person.email_address)
      if (before) known.remove(before.id)
      if (!isSeeded) known.create(person)
      const hash = createHash('sha256').update(`${provider}:${person.email_address}`).digest()
      // A number of 21 digits, as at Google.
      const provider_user_id = String(hash.readBigUInt64BE()).padStart(21, '1')
      flows.update(id, { answer: { code, profile: { ...person, provider, provider_user_id } } })
      return code
    },

    /**
     * Ends a visit.
     * @param clientId  of the browser that returns: somebody else's visit would sign it in as that person
     * @returns what the person has agreed to, if they have
     * @throws ClerkError when the state or the code is not what the provider was given
     */
    end({ state, code }: { state?: unknown, code?: unknown }, clientId: string | undefined) {
      const flow = get(state)
      if (flow.client_id !== clientId) throw invalid('The sign-in was begun in another browser.')
      const { answer } = flow
      if (!answer || (answer !== 'denied' && answer.code !== code)) throw invalid('The provider has not answered this.')
      flows.remove(flow.id)
      return { flow, profile: answer === 'denied' ? undefined : answer.profile }
    },

    deny: ({ id }: Flow) => flows.update(id, { answer: 'denied' }),
  }
}

const invalid = (longMessage: string) =>
  new ClerkError(400, 'oauth_callback_invalid', 'Invalid OAuth callback', { longMessage })
