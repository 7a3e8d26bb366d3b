import { LeaseHeld } from '../errors.ts'
import { collection } from './connection.ts'
import { durable } from './durable.ts'

/** The right of one process to do some work, until it expires. */
interface LeaseDocument {
  /** The name of the work. */
  _id: string
  /** Raised with each new holder. */
  token: number
  expires_at: Date
}

/** Another process took the lease over, because this one did not renew it in time. */
export class LeaseLost extends Error {
  constructor() {
    super('Another process took over this work')
  }
}

export interface Lease {
  /** Higher than the token of every earlier holder: a write that carries it can be told from a late one of theirs. */
  token: number
  /** Aborts with LeaseLost when the lease is lost. */
  signal: AbortSignal
  release: () => Promise<void>
}

/** How long a lease outlives a process that died or froze, in milliseconds. */
const leaseMS = 30_000

const leases = () => collection<LeaseDocument>('leases')
const until = (milliseconds: number) => ({
  $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: milliseconds },
})

/**
 * Takes a lease, and renews it while this process lives. Its time is the database's.
 * @param lifetimeMS  how long it lasts without a renewal; tests shorten it
 * @throws LeaseHeld while another holder has it
 */
export async function acquireLease(name: string, lifetimeMS = leaseMS): Promise<Lease> {
  const rows = await leases()
  // An upsert cannot compare with the database's time.
  await rows.updateOne({ _id: name }, { $setOnInsert: { token: 0, expires_at: new Date(0) } }, { upsert: true })
  const holder = await rows.findOneAndUpdate(
    { _id: name, $expr: { $lte: ['$expires_at', '$$NOW'] } },
    [{ $set: { token: { $add: ['$token', 1] }, expires_at: until(lifetimeMS) } }],
    { returnDocument: 'after', writeConcern: durable },
  )
  if (!holder) throw new LeaseHeld('This is already running. Wait until it has ended')
  const { token } = holder
  const lost = new AbortController()
  const mine = { _id: name, token }

  async function renew(): Promise<void> {
    const { matchedCount } = await rows.updateOne(
      mine,
      [{ $set: { expires_at: until(lifetimeMS) } }],
      { writeConcern: durable },
    )
    if (matchedCount === 0) lost.abort(new LeaseLost())
  }
  // A failed renewal is tried again; when the lease has expired meanwhile, another holder's token ends this one.
  const timer = setInterval(() => void renew().catch(() => {}), lifetimeMS / 3)

  return {
    token,
    signal: lost.signal,
    async release() {
      clearInterval(timer)
      await rows.updateOne(mine, { $set: { expires_at: new Date(0) } }, { writeConcern: durable })
    },
  }
}

/** Whether some process has the lease. */
export async function isLeaseHeld(name: string): Promise<boolean> {
  const held = await (await leases()).findOne({ _id: name, $expr: { $gt: ['$expires_at', '$$NOW'] } })
  return held !== null
}
