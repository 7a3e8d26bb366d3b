import { createHmac, randomBytes } from 'node:crypto'
import type { Check } from '../../../shared/sync.ts'
import { within } from '../../deadline.ts'
import { readSigningSecrets } from '../signing-secrets.ts'
import { ask, parse } from './ask.ts'
import type { Answer } from './ask.ts'
import type { Opening } from './database.ts'
import { callLimit, codeOf, describeError, failed, inspect, ok, skipped, warning } from './finding.ts'
import type { Finding } from './finding.ts'
import { probeType } from './probe.ts'

const restart = 'Restart the app, so that it reads the same .env as this command; or name the right one with --app'

/**
 * Sends a signed event of no effect through the running app, once for each signing secret. The app records it like any
 * other; this check removes that record.
 * @param webhooks  the app's webhook route
 */
export function checkRoundTrip(webhooks: URL, env: NodeJS.ProcessEnv, opening: Opening): Promise<Check> {
  return inspect('Round trip', async () => {
    const { wellFormed } = readSigningSecrets(env)
    if (wellFormed.length === 0) return skipped('Needs a well-formed signing secret')
    const findings = await Promise.all(wellFormed.map(secret => send(webhooks, secret, opening)))
    const worst = findings.findIndex(({ verdict }) => verdict !== 'ok')
    if (worst < 0) return findings[0]!
    const { found, ...rest } = findings[worst]!
    const isPartial = findings.some(({ verdict }) => verdict === 'ok')
    return { ...rest, found: isPartial ? `With secret ${worst + 1} of ${findings.length}: ${found}` : found }
  })
}

async function send(webhooks: URL, secret: string, opening: Opening): Promise<Finding> {
  const id = `msg_probe_${randomBytes(12).toString('hex')}`
  let answer: Answer
  try {
    answer = await ask(webhooks, signedRequest(id, secret))
  }
  catch (error) {
    if (codeOf(error) === 'ECONNREFUSED') {
      return warning(
        `The app is not running at ${webhooks.origin}`,
        'Start it with `npm run dev` or `npm start`, or name its address with --app',
      )
    }
    return failed(`The app does not answer at ${webhooks.href}: ${describeError(error)}`, 'See the log of the app')
  }
  const finding = judge(answer, webhooks)
  if (finding.verdict !== 'ok') return finding
  const isRecorded = await removeRecord(id, opening).catch(() => undefined)
  if (isRecorded !== false) return finding
  return warning(
    'The app accepts the event, but records it in another database than the one in MONGODB_URI here',
    restart,
  )
}

function signedRequest(id: string, secret: string): RequestInit {
  const seconds = Math.floor(Date.now() / 1_000)
  const body = JSON.stringify({ object: 'event', type: probeType, timestamp: Date.now(), data: { object: 'probe' } })
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(seconds),
      'svix-signature': `v1,${signature}`,
    },
  }
}

/** @returns whether this database has the record */
async function removeRecord(id: string, opening: Opening): Promise<boolean> {
  const db = await opening
  const { deletedCount } = await within(callLimit, db.collection<{ _id: string }>('deliveries').deleteOne({ _id: id }))
  return deletedCount === 1
}

function judge(answer: Answer, { origin, pathname }: URL): Finding {
  const { status } = answer
  const { outcome, message = '' } = parse<{ outcome: string, message: string }>(answer) ?? {}
  if (status === 200 && outcome) return ok(`The app at ${origin} accepts a signed event, and stores it`)
  if (status === 400 && /timestamp/i.test(message)) {
    return failed(`The app refuses the event: ${message}`, 'Set the clocks of this machine and the app\'s by NTP')
  }
  if (status === 400 && /signature/i.test(message)) {
    return failed('The app has another signing secret than this command', restart)
  }
  if (status === 503) {
    return failed(
      `The app cannot take events: ${message || 'it answers 503'}`,
      /secret/.test(message) ? restart : 'See the log of the app, and GET /api/ready',
    )
  }
  if (status === 404 || status === 405) {
    return failed(
      `The program at ${origin} answers ${status} to POST ${pathname}`,
      'Name the app\'s address with --app, and its base path in NUXT_APP_BASE_URL',
    )
  }
  return failed(
    `The program at ${origin} answers ${status} to a signed event, and not as Addendum does`,
    'Name the app\'s address with --app; another program may use the port',
  )
}
