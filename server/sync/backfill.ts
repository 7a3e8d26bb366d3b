import { applyUsers } from './apply-users.ts'
import { readUsers } from './read-users.ts'
import type { ListPosition } from './read-users.ts'
import type { Job, Piece, RunContext } from './run.ts'

export interface BackfillPosition {
  /** Clerk's time when the first page was read, in milliseconds: every later change is newer. */
  startedAt: number
  /** Where the list continues. */
  next: ListPosition
}

/** Reads all of Clerk's users, and applies those that are newer than their profile. */
export const backfill: Job<BackfillPosition> = {
  name: 'backfill',
  // A user who was read before the interruption and changed since is not read again: a webhook or a catch-up applies
  // it.
  resumes: () => true,
  begin: () => null,
  async* work(context, position): AsyncGenerator<Piece<BackfillPosition>, void> {
    const { clerk, signal } = context
    const total = await clerk.countUsers(signal)
    let startedAt = position?.startedAt
    for await (const page of ahead(readUsers(clerk, position?.next ?? null, signal))) {
      startedAt ??= page.at
      const { changed, fault } = await applyUsers(page.users, context)
      yield { position: { startedAt, next: page.next }, read: page.users.length, changed, total, fault }
    }
    // An instance without users has no page.
    if (startedAt === undefined) yield emptyPiece(await timeOfClerk(context))
  },
}

const emptyPiece = (startedAt: number): Piece<BackfillPosition> => {
  return { position: { startedAt, next: { createdAt: 0, offset: 0, known: [] } }, read: 0, changed: 0, total: 0 }
}

async function timeOfClerk({ clerk, signal }: RunContext): Promise<number> {
  return (await clerk.listUsers({ limit: 1 }, signal)).at
}

/** Asks for the next value while the current one is in use. */
async function* ahead<T>(values: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  let next = values.next()
  while (true) {
    const { value, done } = await next
    if (done) return
    next = values.next()
    // When nobody asks for it any more, its failure is nobody's concern.
    next.catch(() => {})
    yield value
  }
}
