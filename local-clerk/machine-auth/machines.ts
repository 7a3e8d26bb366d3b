import { randomBytes } from 'node:crypto'
import { ClerkError, errors } from '../errors.ts'
import { createObjects } from '../objects.ts'
import type { Stored } from '../objects.ts'
import type { Store } from '../store.ts'
import { instanceId } from '../webhooks/payloads/subject.ts'

interface MachineFields {
  name: string
  /** In seconds. */
  default_token_ttl: number
  secret_key: string
  /** The secret key before a rotation, and when it ends. */
  previous?: { secret_key: string, until: number }
  scopes: { to_machine_id: string, created_at: number }[]
}

export type Machine = Stored<MachineFields>

const newSecret = () => `ak_${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')}`

/** The app's services, which prove themselves to each other with tokens. A scope lets one call another. */
export function createMachines(store: Store) {
  const machines = createObjects<MachineFields>(store, 'machine', 'mch')

  const summary = ({ object, id, name, default_token_ttl, created_at, updated_at }: Machine) =>
    ({ object, id, name, instance_id: instanceId, default_token_ttl, created_at, updated_at })

  return {
    get: machines.get,
    list: machines.list,

    /** The machine with this secret key. */
    ofSecret: (secret: string): Machine | undefined => machines.list().find(({ secret_key, previous }) =>
      secret_key === secret || (previous?.secret_key === secret && previous.until > Date.now())),

    /** @throws ClerkError when a machine of its scopes does not exist */
    create({ name, default_token_ttl, scoped_machines }: {
      name: string
      default_token_ttl: number
      scoped_machines: string[]
    }): Machine {
      const created_at = Date.now()
      const scopes = scoped_machines.map(id => ({ to_machine_id: machines.get(id).id, created_at }))
      return machines.create({ name, default_token_ttl, secret_key: newSecret(), scopes })
    },

    update: (id: string, fields: { name?: string, default_token_ttl?: number }) => machines.update(id, fields),

    remove(id: string) {
      return store.transaction(() => {
        for (const { id: other, scopes } of machines.list()) {
          const kept = scopes.filter(({ to_machine_id }) => to_machine_id !== id)
          if (kept.length < scopes.length) machines.update(other, { scopes: kept })
        }
        return machines.remove(id)
      })
    },

    /** @param seconds  how long the secret key of before stays valid */
    rotateSecret(id: string, seconds: number): Machine {
      const { secret_key } = machines.get(id)
      const previous = { secret_key, until: Date.now() + seconds * 1_000 }
      return machines.update(id, { secret_key: newSecret(), previous })
    },

    addScope(id: string, to_machine_id: string) {
      const { scopes } = machines.get(id)
      machines.get(to_machine_id)
      if (scopes.some(scope => scope.to_machine_id === to_machine_id)) {
        throw new ClerkError(409, 'duplicate_record', 'duplicate machine scope')
      }
      const scope = { to_machine_id, created_at: Date.now() }
      machines.update(id, { scopes: [...scopes, scope] })
      return { object: 'machine_scope', from_machine_id: id, ...scope }
    },

    removeScope(id: string, to_machine_id: string) {
      const { scopes } = machines.get(id)
      const kept = scopes.filter(scope => scope.to_machine_id !== to_machine_id)
      if (kept.length === scopes.length) throw errors.notFound('machine scope')
      machines.update(id, { scopes: kept })
      return { object: 'machine_scope', from_machine_id: id, to_machine_id, deleted: true }
    },

    /** As the API answers it: without its secret key. */
    toJSON: (machine: Machine) => ({
      ...summary(machine),
      scoped_machines: machine.scopes.map(({ to_machine_id }) => summary(machines.get(to_machine_id))),
    }),
  }
}
