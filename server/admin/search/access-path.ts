import { LRUCache } from 'lru-cache'
import { Profile } from '../../database/profiles.ts'
import type { Condition } from './criteria.ts'
import { predicateOf } from './predicate.ts'
import type { Sample } from './sample.ts'

/**
 * How a search reaches its rows: by the index of this name. MongoDB's own planner keeps one plan for all searches of
 * a shape, whether a country has ten people or a hundred thousand; here a sample of the profiles shows each one's cost.
 */
export interface AccessPath {
  hint: string
  /** In microseconds, about. */
  cost: number
}

interface Index {
  hint: string
  keys: [field: string, direction: 1 | -1][]
  /** Holds for every row of the index. */
  partial?: Condition
}

/** Microseconds, measured on a million profiles: to pass over a key, to read a document, to put it in order. */
const keyCost = 1.2
const readCost = 3
const sortCost = 0.5
/** So many lists are merged into one order, and no more. */
const mostMerged = 50

const indexes: Index[] = Profile.schema.indexes().map(([keys, options]) => {
  const entries = Object.entries(keys) as Index['keys']
  const [partial] = Object.entries(options?.partialFilterExpression ?? {})
  return {
    hint: options?.name ?? entries.flat().join('_'),
    keys: entries,
    partial: partial && { field: partial[0], match: partial[1] },
  }
})

const operatorsOf = ({ match }: Condition) =>
  typeof match === 'object' && match !== null && !(match instanceof Date) ? (match as { $in?: unknown[] }) : undefined
/** Single values rather than a range; of null MongoDB reads two, null and undefined. */
const pointsOf = (condition: Condition) =>
  condition.match === null ? 2 : (operatorsOf(condition)?.$in?.length ?? (operatorsOf(condition) ? undefined : 1))
/** By its key alone, of which the first part has a condition; null it cannot tell. */
const isToldBy = ({ keys }: Index, conditions: Condition[]) => {
  const [[first]] = keys as [Index['keys'][number]]
  const isLed = conditions.some(({ field }) => field === first)
  return ({ field, match }: Condition) => isLed && match !== null && keys.some(([key]) => key === field)
}

/** What one index can do for a search. */
function use(index: Index, conditions: Condition[], order: Index['keys']) {
  const on = (field: string) => conditions.filter(condition => condition.field === field)
  // From the first key on: those with single values, and then one with a range.
  const leading: Condition[] = []
  let fixed = 0
  for (const [field] of index.keys) {
    const here = on(field)
    leading.push(...here)
    if (!here.some(condition => pointsOf(condition) !== undefined)) break
    fixed++
  }
  const inOrder = (from: number) =>
    order.every(([field, direction], place) => {
      const key = index.keys[from + place]
      return key?.[0] === field && key[1] * direction === index.keys[from]![1] * order[0]![1]
    })
  const start = index.keys.findIndex((_, from) => from <= fixed && inOrder(from))
  const merged = leading
    .slice(0, Math.max(0, start))
    .reduce((product, condition) => product * (pointsOf(condition) ?? 1), 1)
  return {
    leading: index.partial ? [...leading, index.partial] : leading,
    inKeys: conditions.filter(isToldBy(index, conditions)),
    isOrdered: order.length > 0 && start >= 0 && merged <= mostMerged,
    /** The keys can be sorted before any document is read. */
    isSortable:
      order.every(([field]) => index.keys.some(([key]) => key === field))
      && conditions.every(isToldBy(index, conditions)),
  }
}

function isUsable({ partial }: Index, conditions: Condition[]): boolean {
  return !partial || conditions.some(({ field, match }) => field === partial.field && match === partial.match)
}

/** Rows of the sample, a bit each. */
type Rows = Uint32Array

interface Known {
  /** Of conditions that were asked for, most of them again and again. */
  sets: LRUCache<string, Rows>
  /** The place of each row in the order of a field, upwards; equal ones share it. */
  ranks: Map<string, Int32Array>
}
const known = new WeakMap<Sample, Known>()
function knownOf(sample: Sample): Known {
  const found = known.get(sample) ?? { sets: new LRUCache({ max: 2_000 }), ranks: new Map() }
  known.set(sample, found)
  return found
}

/** The rows that a condition holds for. */
function rowsOf(sample: Sample, { field, match }: Condition): Rows {
  const { sets } = knownOf(sample)
  const key = JSON.stringify([field, match])
  let found = sets.get(key)
  if (!found) {
    const holds = predicateOf(match)
    found = new Uint32Array(Math.ceil(sample.rows.length / 32))
    for (let row = 0; row < sample.rows.length; row++)
      if (holds(sample.rows[row]![field])) found[row >> 5]! |= 1 << (row & 31)
    sets.set(key, found)
  }
  return found
}

function inAll(sets: Rows[], all: Rows): Rows {
  const found = all.slice()
  for (const set of sets) for (let word = 0; word < found.length; word++) found[word]! &= set[word]!
  return found
}

function forEach(rows: Rows, visit: (row: number) => void): void {
  for (let word = 0; word < rows.length; word++) {
    for (let bits = rows[word]!; bits !== 0; bits &= bits - 1) visit((word << 5) + 31 - Math.clz32(bits & -bits))
  }
}

function size(rows: Rows): number {
  let count = 0
  for (let bits of rows) for (; bits !== 0; bits &= bits - 1) count++
  return count
}

/**
 * The index that answers at the least cost.
 * @param order   of the rows; empty where any will do
 * @param wanted  rows; it stops when it has them, where the index gives them in order
 */
export function choosePath(sample: Sample, conditions: Condition[], order: Index['keys'], wanted: number): AccessPath {
  const all = rowsOf(sample, { field: '', match: null })
  const setOf = (condition: Condition) => rowsOf(sample, condition)
  // Half a row: what is not in the sample may be there all the same.
  const countOf = (rows: Rows) => (size(rows) + 0.5) * sample.weight
  const matches = inAll(conditions.map(setOf), all)
  const matchCount = countOf(matches)
  const [sortField, direction] = order[0] ?? []
  const ranks = sortField && sortField !== '_id' ? ranksOf(sample, sortField) : undefined
  const placeOf = (row: number) => direction! * ranks![row]!
  let first = Infinity
  if (ranks) forEach(matches, row => (first = Math.min(first, placeOf(row))))

  const costOf = (index: Index): number => {
    const { leading, inKeys, isOrdered, isSortable } = use(index, conditions, order)
    const lead = inAll(leading.map(setOf), all)
    const leadCount = countOf(lead)
    const readShare = Math.min(1, countOf(inAll(inKeys.map(setOf), lead)) / leadCount)
    let keys = leadCount
    if (isOrdered || order.length === 0) {
      keys = Math.min(keys, (keys * wanted) / matchCount)
      // The rows that fit may be at the far end of the order, as the newest are of the oldest first.
      if (ranks && first < Infinity) {
        let skipped = 0
        forEach(lead, row => (skipped += Number(placeOf(row) < first)))
        if (skipped * matchCount > 5 * leadCount) keys = Math.max(keys, skipped * sample.weight)
      }
    }
    const found = keys * readShare
    const read = !isSortable ? found : order.length === 0 ? 0 : Math.min(found, wanted)
    return keys * keyCost + read * readCost + (isOrdered ? 0 : found * sortCost)
  }
  return indexes
    .filter(index => isUsable(index, conditions))
    .map(index => ({ hint: index.hint, cost: costOf(index) }))
    .reduce((best, path) => (path.cost < best.cost ? path : best))
}

function ranksOf(sample: Sample, field: string): Int32Array {
  const known = knownOf(sample).ranks
  let ranks = known.get(field)
  if (!ranks) {
    ranks = new Int32Array(sample.rows.length)
    const valueOf = (row: number) => sample.rows[row]![field] as string | number
    const inOrder = [...ranks.keys()]
      .filter(row => valueOf(row))
      .toSorted((a, b) => (valueOf(a) < valueOf(b) ? -1 : valueOf(a) > valueOf(b) ? 1 : 0))
    for (const [place, row] of inOrder.entries()) {
      const previous = inOrder[place - 1]
      ranks[row] = previous !== undefined && valueOf(previous) === valueOf(row) ? ranks[previous]! : place + 1
    }
    known.set(field, ranks)
  }
  return ranks
}
