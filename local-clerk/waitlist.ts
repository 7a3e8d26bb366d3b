import { ClerkError, errors } from './errors.ts'
import type { Invitations } from './invitations.ts'
import { createObjects } from './objects.ts'
import type { Stored } from './objects.ts'
import type { Store } from './store.ts'
import type { Users } from './users.ts'
import type { Webhooks } from './webhooks/index.ts'

interface Entry {
  email_address: string
  status: 'pending' | 'invited' | 'rejected' | 'completed'
  is_locked: boolean
  /** The id of its invitation. */
  invitation_id: string | null
}

export type Waitlist = ReturnType<typeof createWaitlist>

/** People who wait to be let in. */
export function createWaitlist(store: Store, users: Users, invitations: Invitations, webhooks: Webhooks) {
  const entries = createObjects<Entry>(store, 'waitlist_entry', 'wle')

  function toJSON({ invitation_id, ...entry }: Stored<Entry>) {
    const invitation = invitations.list().find(({ id }) => id === invitation_id)
    return { ...entry, invitation: invitation ? invitations.toJSON(invitation) : null }
  }

  /** Changes an entry, and sends its event. */
  function announce(type: 'created' | 'updated', change: () => Stored<Entry>) {
    return store.transaction(() => {
      const json = toJSON(change())
      webhooks.send(`waitlistEntry.${type}`, json)
      return json
    })
  }

  return {
    list: () => entries.list().map(toJSON),

    /** Somebody who is in the list already stays there. */
    add({ email_address }: { email_address?: string }) {
      if (!email_address) throw errors.missing('email_address')
      users.identifications.parse('email_address', email_address)
      const known = entries.list().find(entry => entry.email_address.toLowerCase() === email_address.toLowerCase())
      if (known) return toJSON(known)
      return announce('created', () => entries.create({
        email_address, status: 'pending', is_locked: false, invitation_id: null,
      }))
    },

    /** @throws ClerkError when the person was invited already */
    invite(id: string, ignoreExisting?: boolean) {
      const { email_address, status } = entries.get(id)
      if (status === 'invited') throw new ClerkError(409, 'duplicate_record', 'invited already')
      return announce('updated', () => {
        const invitation = invitations.create({ email_address, ignore_existing: ignoreExisting })
        return entries.update(id, { status: 'invited', invitation_id: invitation.id })
      })
    },

    reject: (id: string) => announce('updated', () => entries.update(id, { status: 'rejected' })),

    /** Marks the entry as completed whose invitation was accepted, if it has one. */
    accepted(invitationId: string): void {
      const entry = entries.list().find(({ invitation_id }) => invitation_id === invitationId)
      if (entry) announce('updated', () => entries.update(entry.id, { status: 'completed' }))
    },

    remove: entries.remove,
  }
}
