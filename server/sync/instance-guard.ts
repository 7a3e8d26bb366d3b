import { bindInstance, readInstance } from '../database/clerk-instance.ts'
import { within } from '../deadline.ts'

/** How long an answer of the database holds, in milliseconds: a database may be moved to another instance. */
const lifetimeMS = 10_000
/** How long the first event waits for Clerk, in milliseconds. */
const patienceMS = 2_000

/**
 * Checks that the database belongs to the instance of an event, without a query for each event.
 * @param findOwn  asks Clerk which instance the secret key belongs to. A database without an instance is bound to that
 *   one, and only if Clerk does not answer, to that of the event: Clerk's example events name an instance of their own.
 */
export function createInstanceGuard(findOwn?: () => Promise<string>) {
  let known = ''
  let knownUntil = 0

  async function bindOwn(): Promise<void> {
    if (!findOwn || await readInstance()) return
    const own = await within(patienceMS, findOwn()).catch(() => undefined)
    if (own) await bindInstance(own)
  }

  /** @throws WrongInstance when the database belongs to another instance, MongoError when it does not answer */
  return async function requireInstance(instance_id: string): Promise<void> {
    if (instance_id === known && performance.now() < knownUntil) return
    await bindOwn()
    await bindInstance(instance_id)
    known = instance_id
    knownUntil = performance.now() + lifetimeMS
  }
}
