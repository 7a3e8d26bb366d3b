import { applyUsers } from './apply-users.ts'
import { readUsers } from './read-users.ts'
import type { ListPosition } from './read-users.ts'
import type { Job, Piece, RunContext } from './run.ts'

export interface BackfillPosition {
  /** The newest version of any user before the first page was read, in milliseconds: every later change is newer. */
  startedAt: number
  /** Where the list continues; null at its start. */
  next: ListPosition | null
}

/** Reads all of Clerk's users, and applies those that are newer than their profile. */
export const backfill: Job<BackfillPosition> = {
  name: 'backfill',
  // Users who were read before the interruption and changed since are not read again: a catch-up applies them.
  resumes: () => true,
  begin: () => null,
  async* work(context, position): AsyncGenerator<Piece<BackfillPosition>, void> {
    const { clerk, signal } = context
    const total = await clerk.countUsers(signal)
    const { startedAt, next } = position ?? { startedAt: await newestVersion(context), next: null }
    yield { position: { startedAt, next }, read: 0, changed: 0, total }
    const pages = readUsers(clerk, next, signal)
    const applied = ahead(pages, async page => ({ page, ...await applyUsers(page.users, context) }))
    for await (const { page, changed, fault } of applied) {
      yield { position: { startedAt, next: page.next }, read: page.users.length, changed, fault }
    }
  },
}

/** A user from the future, by a clock that once went ahead, does not count: Clerk's own time is the latest. */
async function newestVersion({ clerk, signal }: RunContext): Promise<number> {
  const { users: [newest], at } = await clerk.listUsers({ orderBy: '-updated_at', limit: 1 }, signal)
  return Math.min(newest?.updated_at ?? at, at)
}

/** How many pages are written while the next one is read: MongoDB shares the wait for its journal between them. */
const concurrency = 2

/** Does some work on each value, on several at a time, and yields the results in order, up to the first failure. */
async function* ahead<T, Result>(
  values: AsyncGenerator<T, void>,
  work: (value: T) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const results: Promise<Result>[] = []
  let failure: Error | undefined
  while (true) {
    const next = await values.next().catch((error: Error) => {
      failure = error
    })
    if (!next || next.done) break
    const result = work(next.value)
    // When an earlier one fails, nobody asks for this one any more.
    result.catch(() => {})
    results.push(result)
    if (results.length > concurrency) yield await results.shift()!
  }
  // What was read before the failure is used.
  for (const result of results) yield await result
  if (failure) throw failure
}
