import * as z from 'zod/mini'

/** Splits the values of a parameter, which may be repeated or separated by commas. */
function splitList(value: unknown): unknown[] {
  return [value]
    .flat()
    .flatMap(each => typeof each === 'string' ? each.split(',') : [each])
    .filter(each => each !== '')
}

/** A parameter with several values. */
export const listOf = <T extends z.ZodMiniType>(item: T, most: number) => z.pipe(
  z.transform(splitList),
  z.array(item).check(
    z.minLength(1, 'Give a value, or leave the parameter out'),
    z.maxLength(most, `At most ${most} values`),
  ),
)

export function wholeNumber(least: number, most: number) {
  const message = `Give a whole number from ${least} to ${most}`
  return z.coerce.number(message).check(z.int(message), z.minimum(least, message), z.maximum(most, message))
}
