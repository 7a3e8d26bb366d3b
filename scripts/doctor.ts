import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import { closeDatabase } from '../server/database/connection.ts'
import { within } from '../server/deadline.ts'
import { runChecks } from '../server/sync/checks/index.ts'
import type { Check } from '../shared/sync.ts'
import { developmentEnvironment } from './development-environment.ts'
import { findUnknownOption } from './unknown-option.ts'
import { webhookRoute } from './webhook-route.ts'

const root = join(import.meta.dirname, '..')

const main = defineCommand({
  meta: {
    name: 'npm run doctor --',
    description: [
      'Checks Node, the variables, Clerk\'s keys, the database with its indexes, and the way of a webhook. For each',
      'fault, it says what to do.',
      '',
      'Examples:',
      '  npm run doctor',
      '  npm run doctor -- --url https://example.ngrok-free.app',
      '  npm run doctor -- --app http://localhost:8080 --json',
      '',
      'It reads the environment and .env, or else uses the MongoDB and Local Clerk of a running `npm run dev`. It',
      'sends a signed event without effect to the app at --app. With --url, it also checks whether webhooks arrive at',
      'that address: give the endpoint as it is in Clerk\'s dashboard, or the app\'s address.',
      '',
      'It exits with 1 if a check failed. It prints no secret.',
    ].join('\n'),
  },
  args: {
    app: {
      type: 'string',
      description: 'Where the app runs; if unset, on this machine at PORT or 3000',
      valueHint: 'URL',
    },
    url: { type: 'string', description: 'The address at which Clerk reaches the app', valueHint: 'URL' },
    json: { type: 'boolean', description: 'Prints { ok, checks } as JSON' },
  },
  async run({ args }) {
    const unknown = findUnknownOption(args, main.args!)
    if (unknown) stop(`There is no option --${unknown}. See npm run doctor -- --help`)
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
    const variables = await developmentEnvironment(join(root, '.data'))
    Object.assign(process.env, variables)

    const { NITRO_PORT, PORT, NUXT_APP_BASE_URL } = process.env
    const app = args.app ?? `http://localhost:${NITRO_PORT || PORT || 3000}`
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const checks = await runChecks({
      nodeRange: engines.node,
      app: route('--app', app, NUXT_APP_BASE_URL),
      endpoint: args.url === undefined ? undefined : route('--url', args.url, NUXT_APP_BASE_URL),
    })
    const ok = checks.every(({ verdict }) => verdict !== 'failed')
    if (args.json) console.log(JSON.stringify({ ok, checks }, undefined, 2))
    else print(checks, Object.keys(variables))
    // A frozen database would keep the process alive.
    await within(2_000, closeDatabase()).catch(() => {})
    process.exit(ok ? 0 : 1)
  },
})

function route(option: string, address: string, baseURL: string | undefined): URL {
  return webhookRoute(address, baseURL || '/') ?? stop(`Give ${option} as an address such as https://app.example.com`)
}

const marks: Record<Check['verdict'], string> = {
  ok: styleText('green', '✔'),
  warning: styleText('yellow', '!'),
  failed: styleText('red', '✖'),
  skipped: styleText('dim', '–'),
}

function print(checks: Check[], fromDevelopment: string[]): void {
  if (fromDevelopment.length > 0) {
    console.log(styleText('dim', `Not set, and taken from npm run dev: ${fromDevelopment.join(', ')}\n`))
  }
  const width = Math.max(...checks.map(({ what }) => what.length))
  for (const { what, verdict, found, mend } of checks) {
    console.log(`${marks[verdict]} ${what.padEnd(width)}  ${found}`)
    if (mend) console.log(`${' '.repeat(width + 4)}${styleText('dim', `→ ${mend}`)}`)
  }
  const count = (verdict: Check['verdict']) => checks.filter(check => check.verdict === verdict).length
  const counts = [`${count('ok')} ok`, `${count('warning')} warnings`, `${count('failed')} failed`]
  console.log(`\n${counts.join(', ')}, ${count('skipped')} skipped`)
}

function stop(message: string): never {
  consola.error(message)
  process.exit(1)
}

await runMain(main)
