import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { apiUser } from '../support/api.ts'
import { useApp } from '../support/people.ts'

// Node itself answers a longer URL: that is not the API's answer.
const maxHeaderSize = 1_000_000
const app = useApp({ NODE_OPTIONS: `--max-http-header-size=${maxHeaderSize}` })
const python = inject('schemathesis')
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
]

/** Where Schemathesis stores its findings. */
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'addendum-schemathesis-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Forwards requests to the app with a session: a token lasts a minute, and a run may last longer. */
async function withToken(token: () => Promise<string>) {
  const server = createServer({ maxHeaderSize }, async (incoming, answer) => {
    const headers = {
      ...incoming.headers,
      host: new URL(app.server.url).host,
      authorization: `Bearer ${await token()}`,
    }
    const outgoing = request(app.server.url + incoming.url, { method: incoming.method, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  }).listen(0)
  await once(server, 'listening')
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

/**
 * @param phase  'coverage' tries the edge cases of each parameter, 'fuzzing' random values
 * @returns the output of Schemathesis, and its exit code: 0 when it has found nothing
 */
function schemathesis(url: string, phase: string): Promise<{ code: number, output: string }> {
  const args = [
    '-m',
    'schemathesis.cli',
    'run',
    resolve('docs/openapi.json'),
    '--url',
    url,
    '--checks',
    checks.join(),
    '--phases',
    phase,
    '--max-examples',
    '20',
    '--seed',
    '1',
    '--no-color',
  ]
  return new Promise(resolve =>
    execFile(python!, args, { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr })
    }),
  )
}

// Without a session nearly every answer is 401, whatever is sent.
const runs: [phase: string, who: string, identifier?: string][] = [
  ['coverage', 'nobody'],
  ['coverage', 'a user', 'mia'],
  ['fuzzing', 'a user', 'mia'],
  ['coverage', 'an admin', 'admin@example.com'],
  ['fuzzing', 'an admin', 'admin@example.com'],
]

describe.skipIf(!python)(
  'generated requests get only answers that the API document declares, and no server error',
  () => {
    it.each(runs)('%s, as %s', async (phase, _who, identifier) => {
      const user = identifier && (await apiUser(app.server, identifier))
      const through = user ? await withToken(user.token) : undefined
      const { code, output } = await schemathesis(through?.url ?? app.server.url, phase)
      through?.close()
      expect(output).toMatch(/[1-9]\d* generated/)
      // It finds nothing in routes that it does not reach.
      expect(output.includes('Authentication failed')).toBe(!identifier)
      expect({ code, failures: code === 0 ? '' : output }).toEqual({ code: 0, failures: '' })
    })
  },
)
