import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '../../fixtures/free-port.ts'

/** How a built app starts. */
export interface Production {
  /** Its folder. */
  cwd: string
  /** The program and its arguments. */
  command: [string, ...string[]]
}

/**
 * Starts a built app on a free port, with nothing of this process's environment but PATH and HOME.
 * @param defaults  variables that give way to those of the port
 */
export async function startProduction(
  { cwd, command: [program, ...args] }: Production,
  env: Record<string, string>,
  defaults: Record<string, string | undefined> = {},
) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const { PATH, HOME } = process.env
  const ours = { NODE_ENV: 'production', PORT: String(port), HOST: 'localhost', ORIGIN: url }
  const child = spawn(program, args, {
    cwd,
    env: { PATH, HOME, ...defaults, ...ours, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (log += text))
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as { code: number, signal: string })
  while (child.exitCode === null && !(await fetch(url, { redirect: 'manual' }).catch(() => undefined))) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  if (child.exitCode !== null) throw new Error(`The server ended with exit code ${child.exitCode}:\n${log}`)
  return {
    url,
    log: () => log,
    stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}
