/** @module-tag slow */
import { beforeEach, describe, expect, it } from 'vitest'
import { backfill } from '../../server/sync/backfill.ts'
import { reconcile } from '../../server/sync/reconcile.ts'
import { run } from '../../server/sync/run.ts'
import type { SyncRun } from '../../shared/sync.ts'
import { useClerk } from '../support/clerk.ts'
import { useReplicaSet } from '../support/database.ts'
import { createUsers, usersOf } from '../support/sync.ts'

const clerk = useClerk()
const database = useReplicaSet(3)
beforeEach(async () => {
  const collections = await database.stored.client.db('addendum').collections()
  await Promise.all(collections.map(collection => collection.deleteMany({})))
})

/** Makes the primary step down at one of the requests to Clerk. The command breaks its own connection. */
function stepDownAt(request: number): void {
  let count = 0
  clerk.spoil = () => {
    if (count++ !== request) return undefined
    return async (_request, response, answer) => {
      const { status, headers, text } = await answer()
      await database.stored.client.db('admin').command({ replSetStepDown: 10, force: true }).catch(() => {})
      response.writeHead(status, headers).end(text)
    }
  }
}

/** Runs until it is done: a run that fails meanwhile is continued, as the next scheduled one would. */
async function untilDone(start: () => Promise<SyncRun>): Promise<void> {
  await expect.poll(() => start().then(({ state }) => state, (error: Error) => error.message)).toBe('done')
}

const options = () => ({ clerk: clerk.api, deleteMode: 'erase' as const, leaseMS: 1_000 })
const profiles = async () => {
  const rows = await database.stored.profiles.find({ deleted_at: { $exists: false } }).sort({ clerk_id: 1 }).toArray()
  return rows.map(({ clerk_id, clerk_updated_at }) => ({ id: clerk_id, updated_at: clerk_updated_at!.getTime() }))
}

describe('a failover of the database', () => {
  it('during a backfill loses nobody', async () => {
    createUsers(clerk, 2_100)
    stepDownAt(3)
    await untilDone(() => run(backfill, options()))
    expect(await profiles()).toEqual(usersOf(clerk))
  })

  it('during a reconcile repairs everything all the same', async () => {
    const ids = createUsers(clerk, 1_200)
    await untilDone(() => run(backfill, options()))
    await database.stored.profiles.deleteMany({ clerk_id: { $in: ids.slice(0, 300) } })
    for (const id of ids.slice(400, 430)) clerk.local.users.remove(id)
    stepDownAt(9)
    await untilDone(() => reconcile({ ...options(), repair: true, deleteLimit: 100 }))
    expect(await profiles()).toEqual(usersOf(clerk))
  })
})
