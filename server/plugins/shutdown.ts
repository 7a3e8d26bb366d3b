import { setTimeout as sleep } from 'node:timers/promises'
import { defineNitroPlugin } from 'nitropack/runtime'
import { within } from '../deadline.ts'
import { environment } from '../environment.ts'
import { log } from '../utils/log.ts'
import { closeConnection, stopping } from '../utils/stopping.ts'

/** Milliseconds for requests in flight once the port is closed: more than any of them may take. */
const drainMS = 12_000
/** Milliseconds to close the rest, such as the database. */
const closeMS = 3_000

/** Some presets have no such listener, and then nothing else would log the error. */
function logStray(error: unknown): void {
  log.error('An error outside of any request', { error: error instanceof Error ? error.message : String(error) })
}

/**
 * Stops without losing a request. Readiness fails first, while the server still accepts requests and closes each
 * connection after its answer. Then the port closes, open requests are answered, and a time limit ends the rest.
 */
export default defineNitroPlugin((nitro) => {
  process.on('uncaughtException', (error: NodeJS.ErrnoException & { port?: number }) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return logStray(error)
    const why = error.code === 'EADDRINUSE' ? 'is in use' : 'cannot be opened by this user'
    log.error(`Port ${error.port} ${why}. Set PORT to another one, or free it`, {})
    process.exit(1)
  })
  process.on('unhandledRejection', logStray)
  // In development Nitro restarts the server itself.
  if (import.meta.dev) return

  nitro.hooks.hook('request', closeConnection)
  nitro.hooks.hook('beforeResponse', closeConnection)

  async function stop(grace: number): Promise<void> {
    if (stopping.hasBegun) process.exit(1)
    stopping.hasBegun = true
    log.info('Stopping', { grace_ms: grace })
    await sleep(grace)
    const { server } = stopping
    if (server) {
      const closed = new Promise(resolve => server.close(resolve))
      await within(drainMS, closed).catch(() => log.warn('Requests that did not end in time are cut off', {}))
      server.closeAllConnections()
    }
    await within(closeMS, nitro.hooks.callHook('close')).catch((error: Error) => {
      log.warn('Not everything was closed', { error: error.message })
    })
    process.exit(0)
  }
  // Nitro's own shutdown closes the port at once.
  process.env.NITRO_SHUTDOWN_DISABLED = '1'
  process.on('SIGTERM', () => void stop(environment().SHUTDOWN_GRACE_SECONDS * 1_000))
  // Ctrl-C: a person is waiting.
  process.on('SIGINT', () => void stop(0))
})
