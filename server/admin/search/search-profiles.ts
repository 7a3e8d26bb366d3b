import { todayInUTC } from '../../../shared/calendar.ts'
import type { AdminProfile } from '../../../shared/answers.ts'
import type { Sort } from '../../../shared/search.ts'
import { collection } from '../../database/connection.ts'
import { conditionsOf } from './criteria.ts'
import type { Condition } from './criteria.ts'
import type { Cursor } from './cursor.ts'
import { afterRow, backward, orderOf } from './order.ts'
import type { Segment } from './order.ts'
import type { PreparedFilter } from './prepare-filter.ts'
import { findRows, toAdminProfile } from './profile-rows.ts'
import type { Row } from './profile-rows.ts'

export interface Search extends PreparedFilter {
  sort: Sort
  /** 'YYYY-MM-DD', the day for ages and next birthdays. */
  today?: string
}

export interface SearchPage {
  profiles: AdminProfile[]
  previous: Cursor | null
  next: Cursor | null
}

/** How to read a page. */
interface Plan {
  conditions: Condition[]
  /** The whole order, in the direction of reading. */
  order: Segment[]
  /** The segments after the cursor, with their numbers. The segment that contains the cursor is split into parts. */
  remaining: { number: number, parts: Segment[] }[]
  /** The number of rows per page. */
  limit: number
}

interface FoundRow {
  row: Row
  /** The number of the row's segment. */
  segment: number
}

/**
 * Finds a page of profiles with keyset pagination, so that the thousandth page is as fast as the first.
 * @throws MongoError when the database is unavailable
 */
export async function searchProfiles(
  { sort, today = todayInUTC(), ...filter }: Search,
  { cursor, limit }: { cursor?: Cursor, limit: number },
): Promise<SearchPage> {
  const start: Start = {
    sort,
    today: cursor?.today ?? today,
    direction: cursor?.direction ?? 'next',
    position: cursor?.position,
  }
  const plan = planPage(filter, start, limit)
  return makePage(await readRows(plan), plan, start)
}

type Start = Omit<Cursor, 'position'> & Partial<Pick<Cursor, 'position'>>

function planPage(filter: PreparedFilter, { sort, today, direction, position }: Start, limit: number): Plan {
  const isForward = direction === 'next'
  const order = isForward ? orderOf(sort, today) : backward(orderOf(sort, today))
  const segments = order.map((segment, number) => ({ number, parts: [segment] }))
  if (!isForward) segments.reverse()
  const begun = position ? segments.findIndex(({ number }) => number === position.segment) : 0
  const remaining = segments.slice(begun)
  if (position) remaining[0] = { number: position.segment, parts: afterRow(order[position.segment]!, position.values) }
  return { conditions: conditionsOf(filter, today, sort), order, remaining, limit }
}

/** Reads the rows of the page and one more, which shows whether there is another page. */
async function readRows({ conditions, remaining, limit }: Plan): Promise<FoundRow[]> {
  const profiles = await collection<Row>('profiles')
  const rows: FoundRow[] = []
  for (const { number, parts } of remaining) {
    const wanted = limit + 1 - rows.length
    if (wanted === 0) break
    const found = await Promise.all(parts.map(part => findRows(profiles, part, conditions, wanted).toArray()))
    rows.push(...found.flat().slice(0, wanted).map(row => ({ row, segment: number })))
  }
  return rows
}

function makePage(found: FoundRow[], { order, limit }: Plan, start: Start): SearchPage {
  const isForward = start.direction === 'next'
  const hasMore = found.length > limit
  const page = found.slice(0, limit)
  if (!isForward) page.reverse()
  const cameFrom = start.position !== undefined

  function cursorAt(direction: Cursor['direction'], at: FoundRow | undefined): Cursor | null {
    if (!at) return null
    const values = order[at.segment]!.keys.map(([field]) => at.row[field as keyof Row])
    return { sort: start.sort, today: start.today, direction, position: { segment: at.segment, values } }
  }
  return {
    profiles: page.map(({ row }) => toAdminProfile(row)),
    previous: (isForward ? cameFrom : hasMore) ? cursorAt('previous', page[0]) : null,
    next: (isForward ? hasMore : cameFrom) ? cursorAt('next', page.at(-1)) : null,
  }
}
