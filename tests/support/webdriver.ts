import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../fixtures/free-port.ts'

/** The part of a browser that the journeys need. */
export interface Driver {
  goto(url: string): Promise<void>
  /** @returns the value of an expression in the page, as JSON */
  evaluate<T>(expression: string): Promise<T>
  /** At a place in the window, in CSS pixels. */
  click(x: number, y: number): Promise<void>
  /** Presses the keys of a text, '\n' for Enter. */
  type(text: string): Promise<void>
  close(): Promise<void>
}

/** The actions of both protocols: https://www.w3.org/TR/webdriver2/#actions */
const pointer = (x: number, y: number) => [
  {
    type: 'pointer',
    id: 'mouse',
    actions: [
      { type: 'pointerMove', x: Math.round(x), y: Math.round(y) },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ],
  },
]
const enter = '\uE007'
const keys = (text: string) => [
  {
    type: 'key',
    id: 'keyboard',
    actions: [...text.replaceAll('\n', enter)].flatMap(value => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]),
  },
]

/** @returns the path of the first command that exists, or undefined */
export const onPath = (...names: string[]) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(existsSync)

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

/** Firefox, by its own WebDriver BiDi. */
export async function openFirefox(command: string): Promise<Driver> {
  const profile = await mkdtemp(join(tmpdir(), 'addendum-firefox-'))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      const [, url] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? []
      if (url) resolve(url)
    })
    child.once('exit', code => reject(new Error(`Firefox ended with ${code}`)))
  })
  const socket = new WebSocket(`${address}/session`)
  await once(socket, 'open')
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, message } = JSON.parse(String(data))
    if (type === 'error') waiting.get(id)?.reject(new Error(message))
    else waiting.get(id)?.resolve(result)
  })
  let count = 0
  function send<T>(method: string, params: object): Promise<T> {
    const answer = Promise.withResolvers<unknown>()
    waiting.set(++count, answer)
    socket.send(JSON.stringify({ id: count, method, params }))
    return answer.promise as Promise<T>
  }
  await send('session.new', { capabilities: {} })
  const { contexts } = await send<{ contexts: { context: string }[] }>('browsingContext.getTree', {})
  const { context } = contexts[0]!
  await send('browsingContext.setViewport', { context, viewport: { width: 1280, height: 900 } })
  return {
    goto: url => send('browsingContext.navigate', { context, url, wait: 'complete' }).then(() => {}),
    async evaluate(expression) {
      const { result, exceptionDetails } = await send<{
        result?: { value?: string }
        exceptionDetails?: { text: string }
      }>('script.evaluate', { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: true })
      if (exceptionDetails) throw new Error(exceptionDetails.text)
      return JSON.parse(result?.value ?? 'null')
    },
    click: (x, y) => send('input.performActions', { context, actions: pointer(x, y) }).then(() => {}),
    type: text => send('input.performActions', { context, actions: keys(text) }).then(() => {}),
    async close() {
      socket.close()
      await end(child)
      await rm(profile, { recursive: true, force: true })
    },
  }
}

/** WebKitGTK, by its driver, on a virtual screen. */
export async function openWebKit(command: string, xvfb: string): Promise<Driver> {
  const port = await freePort()
  const display = `:${port}`
  const screen = spawn(xvfb, [display, '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], { stdio: 'ignore' })
  // Its sandbox needs rights that containers lack, and the pages are our own.
  const env = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }
  const child = spawn(command, [`--port=${port}`], { env, stdio: 'ignore' })
  async function send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) })
    const { value } = (await response.json()) as { value: T & { message?: string } }
    if (!response.ok) throw new Error(value.message)
    return value
  }
  while (!(await send('GET', '/status').catch(() => false)))
    if (child.exitCode !== null) throw new Error('WebKitWebDriver ended')
  const { sessionId } = await send<{ sessionId: string }>('POST', '/session', { capabilities: {} })
  const at = `/session/${sessionId}`
  await send('POST', `${at}/window/rect`, { x: 0, y: 0, width: 1280, height: 1000 })
  return {
    goto: url => send('POST', `${at}/url`, { url }),
    async evaluate(expression) {
      return JSON.parse(
        (await send('POST', `${at}/execute/sync`, { script: `return JSON.stringify(${expression})`, args: [] }))
        ?? 'null',
      )
    },
    click: (x, y) => send('POST', `${at}/actions`, { actions: pointer(x, y) }),
    type: text => send('POST', `${at}/actions`, { actions: keys(text) }),
    async close() {
      await send('DELETE', at).catch(() => {})
      await end(child)
      await end(screen)
    },
  }
}
