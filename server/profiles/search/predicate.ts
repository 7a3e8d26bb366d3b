type Predicate = (value: unknown) => boolean

const operators: Record<string, (operand: never) => Predicate> = {
  $in: (values: unknown[]) => {
    const set = new Set(values)
    return value => set.has(value)
  },
  $gt: (bound: string | Date) => value => isPresent(value) && value > bound,
  $gte: (bound: string | Date) => value => isPresent(value) && value >= bound,
  $lt: (bound: string | Date) => value => isPresent(value) && value < bound,
  $lte: (bound: string | Date) => value => isPresent(value) && value <= bound,
  $not: (match: unknown) => {
    const holds = predicateOf(match)
    return value => !holds(value)
  },
}

function isPresent(value: unknown): value is string | Date {
  return value !== undefined && value !== null
}

/** Whether a value matches, of the part of MongoDB's query language that the search is written in. */
export function predicateOf(match: unknown): Predicate {
  if (match === null) return value => !isPresent(value)
  if (typeof match !== 'object' || match instanceof Date) return value => value === match
  const all = Object.entries(match).map(([operator, operand]) => operators[operator]!(operand as never))
  return value => all.every(holds => holds(value))
}
