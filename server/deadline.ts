/** How long a request waits for one operation of the database, in milliseconds. The sync has deadlines of its own. */
export const requestTimeoutMS = 8_000

/** What was waited for may still be done. */
export class DeadlineExceeded extends Error {}

/**
 * Waits for a promise for so long and no longer; what it stands for goes on.
 * @throws DeadlineExceeded when the time is up
 */
export function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: expiry, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DeadlineExceeded(`No answer within ${milliseconds} ms`)), milliseconds)
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer))
}
