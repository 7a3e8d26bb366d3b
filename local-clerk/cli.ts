#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { dotenv, environmentFor, frameworks } from './frameworks.ts'
import type { Framework } from './frameworks.ts'
import { loadKeys, prepareKeys } from './keys.ts'

const usage = `Usage: local-clerk [options]

A stand-in for Clerk on this machine: Frontend API, Backend API and signed webhooks.

  --env <framework>      Print the app's environment variables and exit: ${frameworks.join(', ')}
  --port <port>          The port to listen on, at 127.0.0.1 (4010)
  --webhook-url <url>    The webhook endpoint of the app, such as http://localhost:3000/api/webhooks
  --seed-file <file>     A JSON file to start with instead of the example accounts: users, organizations, settings
  --settings <key=value> A setting of the instance; may be repeated
  --reset                Delete the state first, but not the keys
  --data <folder>        The folder for keys and state (.data/local-clerk)
  --production           Use production keys, for an app that serves Local Clerk at /__clerk on its own origin
  --seed <count>         Create that many example users
  --retry-scale <factor> Multiply the waits between delivery attempts
  --duplicate, --drop, --wrong-signature <share>
                         Deliver that share of messages twice, never, or with a wrong signature: 0 to 1
  --delay, --reorder <milliseconds>
                         Delay every message, or each by a random time up to that
`

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

function readOptions() {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      options: {
        'help': { ...flag, short: 'h' },
        'env': text,
        'port': { ...text, default: '4010' },
        'webhook-url': text,
        'seed-file': text,
        'settings': { ...text, multiple: true },
        'reset': flag,
        'data': { ...text, default: '.data/local-clerk' },
        'production': flag,
        'seed': text,
        'retry-scale': text,
        'duplicate': text,
        'drop': text,
        'wrong-signature': text,
        'delay': text,
        'reorder': text,
      },
    }).values
  }
  catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`)
  }
}

/** The faults of webhooks, by the options that cause them. */
const faultOptions = {
  'duplicate': 'duplicate',
  'drop': 'drop',
  'wrong-signature': 'wrong_signature',
  'delay': 'delay',
  'reorder': 'reorder',
} as const

const options = readOptions()
const instance = options.production ? 'production' : 'development'

type NumberOption = 'port' | 'seed' | 'retry-scale' | keyof typeof faultOptions

function numberOf(name: NumberOption) {
  if (options[name] === undefined) return undefined
  const value = Number(options[name])
  return value >= 0 ? value : fail(`--${name} must be a number of at least 0, not ${options[name]}`)
}

/** Prints only the variables, for a file. They hold for the Local Clerk that starts later on the same folder. */
function printEnvironment(framework: string): void {
  if (!frameworks.includes(framework as Framework)) fail(`--env must be one of ${frameworks.join(', ')}`)
  const port = numberOf('port')
  const baseUrl = options.production ? '/__clerk' : `http://localhost:${port}/__clerk`
  const keys = loadKeys(options.data, instance)
  process.stdout.write(dotenv(environmentFor(framework as Framework, keys, `http://127.0.0.1:${port}`, baseUrl)))
}

async function start(): Promise<void> {
  // Both take a while.
  const preparing = prepareKeys(options.data)
  const [{ startLocalClerk }, { password, seedPeople }, { readSeedFile, toUserInput }, { readSettings }]
    = await Promise.all([import('./index.ts'), import('./seed.ts'), import('./seed-file.ts'), import('./settings.ts')])
  const file = options['seed-file']
  const seed = file === undefined ? undefined : await readSeedFile(file)
  const settings = { ...seed?.settings, ...readSettings(options.settings ?? []) }
  await preparing
  const clerk = await startLocalClerk({
    dataDir: options.data,
    port: numberOf('port'),
    instance,
    webhookUrl: options['webhook-url'],
    accounts: seed?.users.map(toUserInput),
    organizations: seed?.organizations,
    settings,
    retryScale: numberOf('retry-scale'),
    faults: Object.fromEntries(Object.entries(faultOptions).map(([option, fault]) =>
      [fault, numberOf(option as NumberOption) ?? 0])),
    log: line => console.log(line),
  })
  if (options.reset) clerk.reset()
  console.log([
    `Local Clerk     ${clerk.url}`,
    `Control page    ${clerk.url}/__clerk/`,
    `Accounts        ${clerk.accounts.map(({ email_address, username }) => email_address?.[0] ?? username).join(', ')}`,
    `Password        ${password}, or the verification code 424242`,
    `Variables       local-clerk --env <${frameworks.join('|')}>`,
  ].join('\n'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void clerk.stop().then(() => process.exit(0)))
  }
  const count = numberOf('seed')
  if (count) {
    await seedPeople(clerk, count, { done: done => console.log(`Created ${done} of ${count} users`) })
  }
}

if (options.help) {
  process.stdout.write(usage)
}
else if (options.env !== undefined) {
  printEnvironment(options.env)
}
else {
  await start().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') fail(`Port ${options.port} is in use. Choose another with --port.`)
    fail(error.message)
  })
}
