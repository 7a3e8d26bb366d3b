import type { BackendApi, ClerkUser } from '../clerk/backend-api.ts'
import { pageSize } from '../clerk/backend-api.ts'

/** Where a list of users in the order of their creation continues. */
export interface ListPosition {
  /** The time of creation of the last user that was read, in milliseconds. */
  createdAt: number
  /** How many users to skip from that millisecond on: more than a page of them share it. */
  offset: number
  /** Users that were read, and that the next page may repeat. */
  known: string[]
}

export interface UserPage {
  users: ClerkUser[]
  next: ListPosition
}

/** How many users of the page before a page repeats when it continues by an offset. */
const overlap = 20

/**
 * Reads all users, oldest first, page by page. It continues by the time of creation: an offset skips users when others
 * are deleted meanwhile. The last millisecond of each page is read again, since the page may have ended within it; only
 * if it fills a whole page, an offset continues within that millisecond.
 * @param from  `next` of the last page that was used; null to begin
 */
export async function* readUsers(
  clerk: BackendApi,
  from: ListPosition | null,
  signal?: AbortSignal,
): AsyncGenerator<UserPage, void> {
  let position = from ?? { createdAt: 0, offset: 0, known: [] }
  let hasEnded = false
  while (true) {
    const { users } = await clerk.listUsers({
      orderBy: '+created_at',
      // With the millisecond before, it does not matter whether `created_at_after` includes its own.
      createdAtAfter: position.createdAt - 1,
      offset: position.offset,
      limit: pageSize,
    }, signal)
    const known = new Set(position.known)
    const fresh = users.filter(({ id }) => !known.has(id))
    const next = after(position, users, fresh)
    if (next) {
      yield { users: fresh, next }
      position = next
    }
    // One answer that brings nothing new may be a page that was cut off.
    else if (hasEnded) return
    hasEnded = !next
  }
}

/** @returns null when the page brings nothing new */
function after(
  { createdAt, offset, known }: ListPosition,
  users: ClerkUser[],
  fresh: ClerkUser[],
): ListPosition | null {
  // A page that does not continue the one before lacks users, because others were deleted: the millisecond begins anew.
  if (offset > 0 && !(users[0] && known.includes(users[0].id))) return { createdAt, offset: 0, known: [] }
  const last = users.at(-1)?.created_at ?? 0
  if (last > createdAt) {
    return { createdAt: last, offset: 0, known: idsOf(users.filter(({ created_at }) => created_at >= last - 1)) }
  }
  if (users.length === pageSize) return { createdAt, offset: offset + pageSize - overlap, known: idsOf(users) }
  return fresh.length > 0 ? { createdAt, offset, known: [...known, ...idsOf(fresh)] } : null
}

const idsOf = (users: ClerkUser[]) => users.map(({ id }) => id)
