/**
 * On SIGTERM Next.js answers what it has taken, and then waits for every connection, even one that never sends
 * anything. This ends the process after 12 seconds: the sync answers within 10.
 */
export function boundShutdown() {
  process.once('SIGTERM', () => setTimeout(() => process.exit(0), 12_000).unref())
}
