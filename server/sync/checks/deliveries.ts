import type { Check } from '../../../shared/sync.ts'
import type { DeliveryDocument } from '../../database/deliveries.ts'
import { within } from '../../deadline.ts'
import type { Opening } from './database.ts'
import { inspectDatabase } from './database.ts'
import { callLimit, ok, warning } from './finding.ts'
import { probeType } from './probe.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const units: [name: string, milliseconds: number][] = [['day', day], ['hour', hour]]

/** How long ago Clerk last delivered a webhook: a sync that has stalled causes no error. */
export function checkLastDelivery(opening: Opening): Promise<Check> {
  return inspectDatabase('Last webhook', opening, async (db) => {
    const newest = await within(callLimit, db.collection<DeliveryDocument>('deliveries').findOne(
      { type: { $ne: probeType } },
      { sort: { last_received_at: -1 }, projection: { _id: 0, last_received_at: 1, type: 1 } },
    ))
    if (!newest?.last_received_at) {
      return warning(
        'No webhook has arrived yet',
        'In Clerk\'s dashboard, Webhooks, add the endpoint, and change a user. Until then, catch-ups apply changes',
      )
    }
    const age = Date.now() - newest.last_received_at.getTime()
    const found = `The last one, ${newest.type}, arrived ${describeAge(age)} ago`
    if (age <= day) return ok(found)
    return warning(
      found,
      'Unless no user changed since, see the endpoint in Clerk\'s dashboard: Clerk disables one that fails for days. '
      + 'Then repair what was missed: npm run reconcile -- --repair',
    )
  })
}

function describeAge(milliseconds: number): string {
  const [unit, size] = units.find(each => milliseconds >= each[1]) ?? ['minute', minute]
  const count = Math.floor(milliseconds / size)
  if (count < 1) return 'less than a minute'
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
