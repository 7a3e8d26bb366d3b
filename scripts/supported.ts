import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import { consola } from 'consola'
import { startLocalClerk } from '../local-clerk/index.ts'

// Calls every method of `@clerk/backend`'s client against Local Clerk, and writes down in local-clerk/SUPPORTED.md
// which of them it serves: npm run supported.

const file = join(import.meta.dirname, '..', 'local-clerk', 'SUPPORTED.md')

/** Serves as an id and as an object of parameters, whatever a method takes. */
const anything: unknown = new Proxy(() => {}, {
  get: (_, key) => {
    if (key === 'startsWith') return () => false
    return key === Symbol.toPrimitive || key === 'toString' ? () => 'x_1' : 'x_1'
  },
})

interface Rejection {
  status?: number
}

type Api = Record<string, (...args: unknown[]) => Promise<unknown>>

/** The names of an API's methods, its prototypes' too. */
function methodsOf(api: object): string[] {
  const names = new Set<string>()
  for (let each = api; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name)
  }
  const isMethod = (name: string) =>
    typeof (api as Api)[name] === 'function' && !/^(_|constructor$|requireId$|request$)/.test(name)
  return [...names].filter(isMethod)
}

const dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-supported-'))
const clerk = await startLocalClerk({ dataDir })
try {
  const client = createClerkClient({
    secretKey: clerk.env.NUXT_CLERK_SECRET_KEY,
    publishableKey: clerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
    apiUrl: clerk.url,
    telemetry: { disabled: true },
  })
  /** An answer other than 501 comes from a route, such as the 404 for a user `x_1`. */
  const isServed = async (api: Api, name: string) => {
    try {
      await api[name]!(anything, anything)
      return true
    }
    catch (error) {
      const { status } = error as Rejection
      return status !== undefined && status !== 501
    }
  }

  const rows: string[] = []
  let served = 0
  let total = 0
  for (const [name, api] of Object.entries(client as unknown as Record<string, unknown>)) {
    // It calls no Backend API.
    if (typeof api !== 'object' || api === null || name === 'telemetry') continue
    const methods = methodsOf(api)
    const yes: string[] = []
    const no: string[] = []
    for (const method of methods) (await isServed(api as Api, method) ? yes : no).push(method)
    served += yes.length
    total += methods.length
    rows.push(`| ${name} | ${yes.join(', ')} | ${no.join(', ')} |`)
  }
  await writeFile(file, [
    '# What Local Clerk serves of the Backend API',
    '',
    `${served} of the ${total} methods of \`@clerk/backend\`'s client, by \`npm run supported\`. Local Clerk answers`,
    'the others with 501 and the code `not_implemented`.',
    '',
    '| | served | not served |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n'))
  consola.success(`Local Clerk serves ${served} of ${total} methods`)
}
finally {
  await clerk.stop()
  await rm(dataDir, { recursive: true })
}
