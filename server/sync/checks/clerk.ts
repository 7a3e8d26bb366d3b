import type { Check } from '../../../shared/sync.ts'
import { ask, parse } from './ask.ts'
import type { Answer } from './ask.ts'
import { describeError, failed, inspect, ok, skipped, warning } from './finding.ts'
import type { Finding } from './finding.ts'
import { modulusOf, readKeys } from './keys.ts'
import type { ClerkKeys } from './keys.ts'

/** What Clerk says about the instance that the secret key belongs to. */
export interface ClerkInstance {
  /** Such as 'ins_2abc'; undefined when it is not known. */
  id?: string
  /** 'production' or 'development'. */
  environment?: string
}

interface Domains {
  data: { name?: string, frontend_api_url?: string }[]
}

/** From this difference on, the app refuses every webhook as too old or too new. */
const tolerance = 5 * 60_000
const noticeable = 30_000

/** The answers of Clerk's Backend API on which the checks are based. */
interface ClerkAnswers {
  instance: Promise<Answer>
  domains: Promise<Answer>
  jwks: Promise<Answer>
}

/** Asks Clerk's Backend API; undefined without a well-formed secret key. */
export function askClerk(env: NodeJS.ProcessEnv): ClerkAnswers | undefined {
  const { secretKey } = readKeys(env)
  const api = env.NUXT_CLERK_API_URL?.trim() || 'https://api.clerk.com'
  if (!secretKey || !URL.canParse(api)) return undefined
  const get = (path: string) => {
    const answer = ask(new URL(`/v1/${path}`, api), { headers: { authorization: `Bearer ${secretKey.value}` } })
    // Each check that reads it reports the error.
    answer.catch(() => {})
    return answer
  }
  return { instance: get('instance'), domains: get('domains'), jwks: get('jwks') }
}

/** What Clerk answers to the secret key: whether it is accepted, of the same instance as the other keys, and when. */
export function checkClerk(env: NodeJS.ProcessEnv, answers = askClerk(env)): Promise<Check>[] {
  const reason = readKeys(env).secretKey ? 'NUXT_CLERK_API_URL is not an address' : 'Needs a well-formed secret key'
  const about = (what: string, look: (asked: ClerkAnswers) => Promise<Finding>) =>
    inspect(what, () => answers ? look(answers) : skipped(reason))
  const pem = env.NUXT_CLERK_JWT_KEY
  return [
    about('Backend API', ({ instance }) => instance.then(checkAcceptance, checkFailure)),
    about('Instance of keys', asked => compareInstances(readKeys(env), asked)),
    ...pem ? [about('Instance of session key', ({ jwks }) => jwks.then(compareSessionKey(pem), skipUnreached))] : [],
    about('Clock', ({ instance }) => instance.then(checkClock, skipUnreached)),
  ]
}

/** The instance of the secret key, as far as Clerk says. Never rejects. */
export async function readInstanceOfKeys(answers: ClerkAnswers | undefined): Promise<ClerkInstance> {
  const answer = await answers?.instance.catch(() => undefined)
  if (answer?.status !== 200) return {}
  const { id, environment_type } = parse<{ id: string, environment_type: string }>(answer) ?? {}
  return { id, environment: environment_type }
}

const skipUnreached = () => skipped('Clerk\'s Backend API cannot be reached')

function checkFailure(error: unknown): Finding {
  return failed(
    `Clerk's Backend API cannot be reached: ${describeError(error)}`,
    'Allow outgoing requests to it, or correct NUXT_CLERK_API_URL. With Local Clerk, start `npm run dev`',
  )
}

function checkAcceptance(answer: Answer): Finding {
  const { status } = answer
  if (status === 401 || status === 403) {
    return failed(
      `Clerk does not accept the secret key (${status})`,
      'Copy the secret key again from Clerk\'s dashboard, API keys; it may have been replaced there',
    )
  }
  if (status === 429 || status >= 500) {
    return warning(`Clerk's Backend API answers ${status} at the moment`, 'Run this again in a few minutes')
  }
  if (status !== 200) return skipped(`Clerk's Backend API answers ${status} to GET /v1/instance`)
  const { id, environment_type } = parse<{ id: string, environment_type: string }>(answer) ?? {}
  if (!id) {
    return failed(
      'GET /v1/instance is answered, but not as by Clerk',
      'Correct NUXT_CLERK_API_URL, or leave it empty for Clerk\'s own',
    )
  }
  return ok(`Clerk accepts the secret key, of ${id} (${environment_type})`)
}

async function compareInstances({ publishableKey }: ClerkKeys, asked: ClerkAnswers): Promise<Finding> {
  if (!publishableKey) return skipped('Needs a well-formed publishable key')
  const { host, kind } = publishableKey
  const mend = 'Copy both keys from the same instance of Clerk\'s dashboard'
  const { environment } = await readInstanceOfKeys(asked)
  const isProduction = kind === 'live'
  if (environment && (environment === 'production') !== isProduction) {
    return failed(`The publishable key is pk_${kind}_, but the secret key belongs to a ${environment} instance`, mend)
  }
  const hosts = hostsOf(await asked.domains.catch(() => undefined))
  if (!hosts) return skipped('Clerk does not say which hosts the secret key\'s instance has')
  if (hosts.includes(host.toLowerCase())) return ok(`Both keys belong to ${host}`)
  return failed(`The publishable key belongs to ${host}, but the secret key to ${hosts[0]}`, mend)
}

/** The hosts of an instance's Frontend API, on all its domains; undefined when the answer does not say. */
function hostsOf(answer: Answer | undefined): string[] | undefined {
  if (answer?.status !== 200) return undefined
  const domains = parse<Domains>(answer)?.data
  if (!Array.isArray(domains) || domains.length === 0) return undefined
  return domains.flatMap(({ name, frontend_api_url: url = '' }) => {
    // Behind a proxy, the address is the proxy's, and the key still contains the domain's own host.
    return [...URL.canParse(url) ? [new URL(url).host] : [], ...name ? [`clerk.${name}`] : []]
  })
}

/** A session key of another instance makes every session invalid. */
function compareSessionKey(pem: string) {
  return (answer: Answer): Finding => {
    const modulus = modulusOf(pem)
    if (!modulus) return skipped('Needs a well-formed NUXT_CLERK_JWT_KEY')
    const keys = answer.status === 200 ? parse<{ keys: { n?: string }[] }>(answer)?.keys : undefined
    if (!Array.isArray(keys)) return skipped('Clerk does not say which keys sign its sessions')
    if (keys.some(({ n }) => n === modulus)) return ok('NUXT_CLERK_JWT_KEY verifies this instance\'s sessions')
    return failed(
      'NUXT_CLERK_JWT_KEY is not the key of the secret key\'s instance: nobody can sign in',
      'Copy it again from Clerk\'s dashboard, API keys, JWKS public key; or leave it empty',
    )
  }
}

function checkClock({ headers, at }: Answer): Finding {
  const date = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(date)) return skipped('Clerk\'s answer has no Date header')
  // The header has whole seconds: on average it is half a second late.
  const ahead = Math.round((at - date - 500) / 1_000)
  const found = `This machine's clock is ${Math.abs(ahead)} s ${ahead < 0 ? 'behind' : 'ahead of'} Clerk's`
  const mend = 'Set the clock by NTP, for example with timedatectl set-ntp true'
  if (Math.abs(ahead) * 1_000 >= tolerance) return failed(`${found}: every webhook is refused`, mend)
  if (Math.abs(ahead) * 1_000 > noticeable) return warning(found, mend)
  return ok(Math.abs(ahead) <= 1 ? 'This machine\'s clock agrees with Clerk\'s' : found)
}
