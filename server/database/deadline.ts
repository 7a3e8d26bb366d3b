/**
 * Waits for a promise for so long and no longer; what it stands for goes on.
 * @throws Error when the time is up
 */
export function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: expiry, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`The database did not answer within ${milliseconds} ms`)), milliseconds)
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer))
}
