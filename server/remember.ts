import { LRUCache } from 'lru-cache'

interface Bounds {
  /** The maximum number of answers. */
  max: number
  /** Milliseconds after the first call. Later calls do not extend it. */
  ttl: number
  /** Returns milliseconds, greater than 0. */
  clock?: { now: () => number }
}

/**
 * Caches the promises of an asynchronous function by key, so that concurrent callers share one call. Failures are not
 * cached.
 * @returns a function that returns the cached promise, or calls `ask`
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
