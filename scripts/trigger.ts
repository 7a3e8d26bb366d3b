import { existsSync, readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import mongoose from 'mongoose'
import { Webhook } from 'standardwebhooks'
import { createEvent, eventTypes } from '../local-clerk/webhooks/payloads/index.ts'
import type { EventType } from '../local-clerk/webhooks/payloads/index.ts'
import { embeddedUri } from '../modules/development/embedded-mongodb.ts'
import { developmentSecret } from '../modules/development/webhook-secret.ts'
import { setPath } from './set-path.ts'

const root = join(import.meta.dirname, '..')
const dataDir = join(root, '.data')
/** Older than the version of any real user. */
const longAgo = Date.UTC(2020, 0, 1)

const main = defineCommand({
  meta: {
    name: 'npm run trigger --',
    description: [
      'Signs one of Clerk\'s webhook events, sends it to the running app, and prints the result.',
      '',
      'Examples:',
      '  npm run trigger -- user.created --id user_123 --set unsafe_metadata.country=CA',
      '  npm run trigger -- user.deleted --id user_123',
      '  npm run trigger -- user.updated --stale',
      '  npm run trigger -- --file event.json --repeat 2',
      '',
      'It signs with NUXT_CLERK_WEBHOOK_SIGNING_SECRET (from the environment or .env), or else with the secret that',
      '`npm run dev` stores in .data/. It reads the profile from MONGODB_URI, or else from the MongoDB of',
      '`npm run dev`.',
      '',
      `Types: ${eventTypes.join(', ')}`,
    ].join('\n'),
  },
  args: {
    'type': { type: 'positional', required: false, description: 'The event type, such as user.created' },
    'id': {
      type: 'string',
      default: 'user_123',
      description: 'The id of the Clerk user',
      valueHint: 'user_…',
    },
    'set': {
      type: 'string',
      description: 'Sets a value in data, as JSON or else as text. Can be repeated',
      valueHint: 'path=value',
    },
    'file': { type: 'string', description: 'Sends the event in this JSON file unchanged', valueHint: 'event.json' },
    'repeat': {
      type: 'string',
      default: '1',
      description: 'Delivers the same message this many times',
      valueHint: 'N',
    },
    'stale': { type: 'boolean', description: 'Sends a version from 2020, older than any stored one' },
    'bad-signature': { type: 'boolean', description: 'Signs with a secret that is not the app\'s' },
    'url': { type: 'string', default: 'http://localhost:3000/api/webhooks', description: 'The address of the webhook endpoint' },
  },
  async run({ args, rawArgs }) {
    const repeat = Number(args.repeat)
    if (!Number.isInteger(repeat) || repeat < 1) stop(`--repeat takes a whole number from 1, not ${args.repeat}`)
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))

    const event = args.file ? fromFile(args.file) : build(args.type, args.id, args.stale ? longAgo : Date.now())
    for (const assignment of all(rawArgs, '--set')) setPath(event.data, assignment)

    const body = JSON.stringify(event)
    const messageId = `msg_${randomBytes(12).toString('hex')}`
    const secret = args['bad-signature'] ? `whsec_${randomBytes(24).toString('base64')}` : await signingSecret()
    for (let attempt = 1; attempt <= repeat; attempt++) {
      const response = await send(args.url, messageId, body, secret)
      const text = await response.text()
      const answer = parse(text)
      const result = answer.outcome ?? answer.message ?? text.slice(0, 200)
      const line = `${event.type} ${messageId}: ${response.status} ${result}`
      if (response.ok) {
        consola.success(line)
      }
      else {
        consola.error(line)
        process.exitCode = 1
      }
    }
    await show(messageId, event.data?.user_id ?? event.data?.id)
  },
})

function build(type: string | undefined, id: string, at: number) {
  if (!type) stop('Name an event type, such as user.created, or a --file')
  if (!eventTypes.includes(type as EventType)) {
    stop(`Clerk has no event type ${type}. Choose one of ${eventTypes.join(', ')}`)
  }
  // Without an instance: a database that belongs to one refuses the events of others.
  const event = { ...createEvent(type as EventType, { id, at }), instance_id: undefined }
  // Returns plain JSON, because --set may set any value anywhere.
  return JSON.parse(JSON.stringify(event))
}

function fromFile(path: string) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  }
  catch (error) {
    stop(`Cannot read an event from ${path}: ${(error as Error).message}`)
  }
}

async function signingSecret(): Promise<string> {
  const configured = process.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET || process.env.CLERK_WEBHOOK_SIGNING_SECRET
  return configured?.split(/\s+/)[0] || developmentSecret(dataDir)
}

async function send(url: string, messageId: string, body: string, secret: string): Promise<Response> {
  const at = new Date()
  const headers = {
    'content-type': 'application/json',
    'svix-id': messageId,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': new Webhook(secret).sign(messageId, at, body),
  }
  return fetch(url, { method: 'POST', headers, body }).catch((error: Error) =>
    stop(`No answer from ${url} (${(error.cause as Error)?.message || error.message}). Is \`npm run dev\` running?`),
  )
}

async function show(messageId: string, clerkId: unknown): Promise<void> {
  const uri = process.env.MONGODB_URI || (await embeddedUri(dataDir))
  if (!uri) return consola.info('Nothing to show: MONGODB_URI is not set and no `npm run dev` is running here')
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 3_000 })
  try {
    const named = client.options.dbName
    const db = client.db(named === 'test' ? 'addendum' : named)
    consola.log(
      'profile ',
      await db.collection('profiles').findOne({ clerk_id: String(clerkId) }, { projection: { _id: 0 } }),
    )
    consola.log('delivery', await db.collection<{ _id: string }>('deliveries').findOne({ _id: messageId }))
  }
  catch (error) {
    consola.warn(`Cannot show what is stored: ${(error as Error).message}`)
  }
  finally {
    await client.close()
  }
}

function parse(text: string): { outcome?: string, message?: string } {
  try {
    return JSON.parse(text)
  }
  catch {
    return {}
  }
}

/** All values of a repeated option. Citty returns only the last one. */
function all(rawArgs: string[], option: string): string[] {
  return rawArgs.flatMap((arg, index) => {
    if (arg === option) return rawArgs[index + 1] ?? []
    return arg.startsWith(`${option}=`) ? arg.slice(option.length + 1) : []
  })
}

function stop(message: string): never {
  consola.error(message)
  process.exit(2)
}

await runMain(main)
