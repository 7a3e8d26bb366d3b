import { collection } from './connection.ts'

/** A user of Clerk's list, while a reconcile compares it with the profiles. */
interface ListedUser {
  /** `run` is the token of the reconcile, so that a late write of an earlier one is not read. */
  _id: { run: number, clerk_id: string }
  /** The version of the user, in milliseconds. */
  version: number
}

const listed = () => collection<ListedUser>('reconcile_list')

/** Adds users to the list of a run. Repeating it changes nothing. */
export async function addToList(run: number, users: { id: string, updated_at: number }[]): Promise<void> {
  if (users.length === 0) return
  await (await listed()).bulkWrite(users.map(({ id, updated_at }) => {
    const _id = { run, clerk_id: id }
    return { replaceOne: { filter: { _id }, replacement: { version: updated_at }, upsert: true } }
  }), { ordered: false })
}

/** Streams the list of a run in the order of the ids. */
export async function* readList(
  run: number,
  after: string,
): AsyncGenerator<{ clerk_id: string, version: number }, void> {
  const range = { $gt: { run, clerk_id: after }, $lt: { run: run + 1, clerk_id: '' } }
  const cursor = (await listed()).find({ _id: range }, { sort: { _id: 1 }, batchSize: 1_000 })
  for await (const { _id, version } of cursor) yield { clerk_id: _id.clerk_id, version }
}

/** Deletes the lists of all runs. */
export async function clearLists(): Promise<void> {
  await (await listed()).deleteMany({})
}
