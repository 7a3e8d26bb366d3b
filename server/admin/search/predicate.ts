type Value = string | number
type Predicate = (value: unknown) => boolean

const isPresent = (value: unknown): value is Value => value !== undefined && value !== null
/** As MongoDB compares: a number is neither above nor below a text. */
const isLike = (value: unknown, bound: Value): value is Value => typeof value === typeof bound
/** Dates are compared as milliseconds. */
const plain = (operand: unknown) => (operand instanceof Date ? operand.getTime() : operand) as Value

function unless(match: unknown): Predicate {
  const holds = predicateOf(match)
  return value => !holds(value)
}

const operators: Record<string, (operand: unknown) => Predicate> = {
  $in: (operand) => {
    const set = new Set((operand as unknown[]).map(plain))
    return value => set.has(value as Value)
  },
  $gt: (operand) => {
    const bound = plain(operand)
    return value => isLike(value, bound) && value > bound
  },
  $gte: (operand) => {
    const bound = plain(operand)
    return value => isLike(value, bound) && value >= bound
  },
  $lt: (operand) => {
    const bound = plain(operand)
    return value => isLike(value, bound) && value < bound
  },
  $lte: (operand) => {
    const bound = plain(operand)
    return value => isLike(value, bound) && value <= bound
  },
  $not: unless,
  $ne: unless,
}

/** Whether a value of the sample matches, of the part of MongoDB's query language that the search is written in. */
export function predicateOf(match: unknown): Predicate {
  if (match === null) return value => !isPresent(value)
  if (typeof match !== 'object' || match instanceof Date) {
    const wanted = plain(match)
    return value => value === wanted
  }
  const all = Object.entries(match).map(([operator, operand]) => operators[operator]!(operand))
  return value => all.every(holds => holds(value))
}
