import type { DifferenceKind } from '../../shared/sync.ts'
import type { BackendApi, ClerkUser } from '../clerk/backend-api.ts'
import { idsPerRequest } from '../clerk/backend-api.ts'
import { collection } from '../database/connection.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { readList } from '../database/reconcile-list.ts'
import { isNewer, isTombstone, readVersions } from './apply-users.ts'
import type { StoredVersion } from './apply-users.ts'

/** A user whose profile is not what Clerk says. */
export interface Difference {
  clerk_id: string
  kind: DifferenceKind
  /** Undefined if Clerk no longer has the user. */
  user?: ClerkUser
  row?: StoredVersion
}

/** Part of a comparison, in the order of the ids. */
export interface Compared {
  /** The id up to which everything is compared. */
  after: string
  users: number
  /** Profiles that are not tombstones. */
  profiles: number
  differences: Difference[]
}

/** The number of ids after which a comparison reports its progress. */
const stride = 5_000

/**
 * Compares Clerk's list with the profiles. Both are streamed in the order of the ids, so memory does not grow with
 * their number. What seems to differ is asked for again: users and profiles have changed since the list was read.
 * @param run  the token of the list
 * @param after  the id to begin after; '' for all
 */
export async function* compare(
  clerk: BackendApi,
  run: number,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<Compared, void> {
  let part: Compared = { after, users: 0, profiles: 0, differences: [] }
  let suspects: string[] = []
  let seen = 0
  for await (const [clerk_id, version, row] of merge(readList(run, after), readRows(after))) {
    if (version !== undefined) part.users++
    if (row && !isTombstone(row)) part.profiles++
    if (looksDifferent(version, row)) suspects.push(clerk_id)
    part.after = clerk_id
    if (++seen % stride !== 0 && suspects.length < idsPerRequest) continue
    part.differences = await confirm(clerk, suspects, signal)
    yield part
    part = { ...part, users: 0, profiles: 0, differences: [] }
    suspects = []
  }
  part.differences = await confirm(clerk, suspects, signal)
  yield part
}

/** @param version  the user's, undefined if Clerk's list lacks the user */
function looksDifferent(version: number | undefined, row: StoredVersion | undefined): boolean {
  if (version === undefined) return !isTombstone(row)
  return isTombstone(row) || isNewer({ updated_at: version }, row)
}

/** Reads users and rows once more, and says how they differ now. */
async function confirm(clerk: BackendApi, ids: string[], signal: AbortSignal): Promise<Difference[]> {
  if (ids.length === 0) return []
  const { users } = await clerk.listUsers({ userIds: ids, limit: ids.length }, signal)
  const byId = new Map(users.map(user => [user.id, user]))
  const rows = await readVersions(ids)
  return ids.flatMap((clerk_id) => {
    const [user, row] = [byId.get(clerk_id), rows.get(clerk_id)]
    const kind = kindOf(user, row)
    return kind ? [{ clerk_id, kind, user, row }] : []
  })
}

function kindOf(user: ClerkUser | undefined, row: StoredVersion | undefined): DifferenceKind | undefined {
  if (!user) return row && !isTombstone(row) ? 'gone' : undefined
  if (!row) return 'missing'
  if (isTombstone(row)) return 'revived'
  return isNewer(user, row) ? 'behind' : undefined
}

type Row = StoredVersion & { clerk_id: string }

async function* readRows(after: string): AsyncGenerator<Row, void> {
  const profiles = await collection<ProfileDocument>('profiles')
  yield* profiles
    .find({ clerk_id: { $gt: after, $type: 'string' } }, { sort: { clerk_id: 1 }, batchSize: 1_000 })
    .project<Row>({ _id: 0, clerk_id: 1, clerk_updated_at: 1, deleted_at: 1 })
}

/** Joins two streams that are in the order of the ids. */
async function* merge(
  list: AsyncGenerator<{ clerk_id: string, version: number }, void>,
  rows: AsyncGenerator<Row, void>,
): AsyncGenerator<[clerk_id: string, version: number | undefined, row: Row | undefined], void> {
  try {
    let [user, row] = [await list.next(), await rows.next()]
    while (!user.done || !row.done) {
      const first = user.done || (!row.done && row.value.clerk_id < user.value.clerk_id) ? row : user
      const { clerk_id } = first.value as { clerk_id: string }
      const hasUser = !user.done && user.value.clerk_id === clerk_id
      const hasRow = !row.done && row.value.clerk_id === clerk_id
      yield [clerk_id, hasUser ? user.value!.version : undefined, hasRow ? row.value! : undefined]
      if (hasUser) user = await list.next()
      if (hasRow) row = await rows.next()
    }
  }
  finally {
    await Promise.all([list.return(), rows.return()])
  }
}
