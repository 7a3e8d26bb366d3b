import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { inject } from 'vitest'
import { secret } from './webhooks.ts'

export type Server = Awaited<ReturnType<typeof startServer>>

/**
 * Starts the built server on a free port, as a deployment would: from `.output` alone, and with
 * nothing of this process's environment but PATH.
 */
export async function startServer(env: Record<string, string | undefined>, entry = inject('serverEntry')) {
  const child = spawn('node', [entry], {
    env: { PATH: process.env.PATH, PORT: '0', NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secret, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const logs: string[] = []
  createInterface(child.stderr).on('line', line => logs.push(line))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const listening = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    logs.push(line)
    const port = /^Listening on http:\/\/.*:(\d+)$/.exec(line)?.[1]
    if (port) listening.resolve(`http://localhost:${port}`)
  })
  void exited.then(code => listening.reject(new Error(`The server exited with ${code}:\n${logs.join('\n')}`)))
  const url = await listening.promise
  return {
    url,
    webhooks: `${url}/api/webhooks`,
    logs,
    pid: child.pid!,
    /** @returns the exit code, null where a signal ended it */
    stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}
