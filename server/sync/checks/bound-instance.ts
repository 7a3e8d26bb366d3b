import type { Check } from '../../../shared/sync.ts'
import { explainMismatch } from '../../database/clerk-instance.ts'
import { within } from '../../deadline.ts'
import type { ClerkInstance } from './clerk.ts'
import type { Opening } from './database.ts'
import { inspectDatabase } from './database.ts'
import { callLimit, failed, ok, skipped } from './finding.ts'

/** Whether the database belongs to the Clerk instance of the keys. */
export function checkBoundInstance(opening: Opening, asked: Promise<ClerkInstance>): Promise<Check> {
  return inspectDatabase('Instance of database', opening, async (db) => {
    const instances = db.collection<{ _id: string, instance_id: string }>('clerk_instance')
    const bound = await within(callLimit, instances.findOne({ _id: 'clerk' }))
    if (!bound) return ok('The database does not belong to a Clerk instance yet')
    const { instance_id } = bound
    const { id } = await asked
    if (!id) return skipped(`The database belongs to ${instance_id}; the instance of the keys is not known`)
    if (id === instance_id) return ok(`The database belongs to ${id}, as the keys do`)
    const { found, mend } = explainMismatch(instance_id, id)
    return failed(found, mend)
  })
}
