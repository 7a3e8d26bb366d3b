/**
 * The smallest count of each shade of a map. The steps grow by a constant ratio, since the largest countries have a
 * hundred times the users of others.
 * @param counts  above 0
 */
export function stepsOf(counts: number[], most = 5): number[] {
  if (counts.length === 0) return []
  const least = Math.min(...counts)
  const largest = Math.max(...counts)
  const ratio = (largest / least) ** (1 / most)
  const bounds = Array.from({ length: most - 1 }, (_, step) => readable(least * ratio ** (step + 1)))
  return [...new Set([least, ...bounds.filter(bound => bound > least && bound <= largest)])]
}

/** Rounds to a whole number with at most two digits other than 0. */
const readable = (value: number) => Math.ceil(Number(value.toPrecision(2)))
