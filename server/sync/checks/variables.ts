import { clerkNames } from '../../clerk/variables.ts'
import { environment, InvalidEnvironment } from '../../environment.ts'
import type { Check } from '../../../shared/sync.ts'
import { failed, inspect, ok, warning } from './finding.ts'

type Environment = NodeJS.ProcessEnv

/** Values that are copied from elsewhere. All but the signing secrets are used as they are. */
const copied = [
  ...Object.entries(clerkNames).flat(),
  'NUXT_CLERK_API_URL',
  'MONGODB_URI',
  'METRICS_TOKEN',
  'CRON_SECRET',
]

/** Whether the variables have values that the app can use. APP_ORIGINS has a check of its own. */
export function checkVariables(env: Environment): Promise<Check> {
  return inspect('Variables', () => {
    const faults = [...unusable(env), ...contradictions(env)]
    return faults.length === 0
      ? ok('All have values that the app can use')
      : failed(faults.join('; '), 'Change these in .env or where the server is started, and restart it')
  })
}

/** Whether values were copied with something around them. */
export function checkStrayCharacters(env: Environment): Promise<Check> {
  return inspect('Copied values', () => {
    const faulty = copied.flatMap((name) => {
      const stray = strayCharacters(env[name] ?? '')
      return stray ? [{ name, stray }] : []
    })
    if (faulty.length === 0) return ok('None has spaces, line breaks or quotation marks around it')
    const found = faulty.map(({ name, stray }) => `${name} ${stray}`).join('; ')
    const mend = 'Remove what does not belong to the value, where it is set'
    // The app separates signing secrets by white space, so that some around them is harmless.
    const isHarmless = ({ name, stray }: typeof faulty[number]) => /SIGNING_SECRET$/.test(name) && !/quot/.test(stray)
    return faulty.every(isHarmless) ? warning(`${found}. The app ignores that`, mend) : failed(found, mend)
  })
}

/** What does not belong at the start or end of a value, in words; undefined when there is nothing. */
function strayCharacters(value: string): string | undefined {
  const text = value.trim()
  if (value && !text) return 'consists of white space'
  if (/^["'`].*["'`]$/s.test(text)) return 'is in quotation marks'
  const kind = (space: string) => /[\n\r]/.test(space) ? 'a line break' : 'a space'
  const start = value.slice(0, value.length - value.trimStart().length)
  const end = value.slice(value.trimEnd().length)
  const words = [start && `starts with ${kind(start)}`, end && `ends with ${kind(end)}`].filter(Boolean)
  return words.join(' and ') || undefined
}

function unusable(env: Environment): string[] {
  try {
    environment(env)
    return []
  }
  catch (error) {
    if (!(error instanceof InvalidEnvironment)) throw error
    return error.message.split('\n').filter(line => !line.startsWith('APP_ORIGINS'))
  }
}

function contradictions(env: Environment): string[] {
  return Object.entries(clerkNames)
    .filter(([ours, theirs]) => env[ours] && env[theirs] && env[ours].trim() !== env[theirs].trim())
    .map(([ours, theirs]) => `${theirs} differs from ${ours}, which counts: remove one of them`)
}
