import { LRUCache } from 'lru-cache'

interface Bounds {
  /** Answers that are kept. */
  max: number
  /** Milliseconds from the question on, however often it is asked again. */
  ttl: number
  /** In milliseconds, above 0. */
  clock?: { now: () => number }
}

/**
 * Keeps answers for a while, each for all who ask meanwhile. A failure is not kept.
 * @returns what asks, or has the answer already
 */
export function rememberAnswers<T>({ max, ttl, clock = performance }: Bounds) {
  const answers = new LRUCache<string, Promise<T>>({ max, ttl, ttlResolution: 0, perf: clock })
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key)
    if (known) return known
    const answer = ask()
    answers.set(key, answer)
    answer.catch(() => answers.get(key) === answer && answers.delete(key))
    return answer
  }
}
