/** How long a request waits for one database operation, in milliseconds. The sync has its own deadlines. */
export const requestTimeoutMS = 8_000

/** The deadline passed. The operation may still complete. */
export class DeadlineExceeded extends Error {}

/**
 * Waits for a promise until a deadline. The underlying operation is not cancelled.
 * @throws DeadlineExceeded when the deadline passes
 */
export function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: expiry, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DeadlineExceeded(`No answer within ${milliseconds} ms`)), milliseconds)
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer))
}
