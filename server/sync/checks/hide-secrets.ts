import type { Check } from '../../../shared/sync.ts'

const hidden = '•••'
/** Shorter values are parts of other words, and no secret. */
const shortest = 6

/**
 * Hides every secret of the environment in texts that people see. The checks print none; this is for the errors of
 * others, such as a driver's, which may repeat what they were given.
 */
export function hideSecrets(checks: Check[], env: NodeJS.ProcessEnv): Check[] {
  const secrets = secretsOf(env)
  const hide = (text: string) => {
    let shown = text
    for (const secret of secrets) shown = shown.replaceAll(secret, hidden)
    return shown
      .replaceAll(/\b(sk_(?:test|live)_|whsec_)[\w+/=-]{6,}/g, `$1${hidden}`)
      .replaceAll(/:\/\/[^\s/@]*@/g, `://${hidden}@`)
  }
  return checks.map(check => ({ ...check, found: hide(check.found), mend: check.mend && hide(check.mend) }))
}

/** The longest first, because one may contain another. */
function secretsOf(env: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(env)
    .filter(([name]) => /SECRET|TOKEN|PASSWORD/.test(name))
    .flatMap(([, value = '']) => [value, ...value.split(/\s+/)])
  return [...values, ...credentialsOf(env.MONGODB_URI ?? '')]
    .filter(value => value.length >= shortest)
    .toSorted((a, b) => b.length - a.length)
}

/**
 * User and password in an address, as they are written and as they are meant. They end at an @, and where the password
 * or the query contains another, that may be any of them.
 */
function credentialsOf(address: string): string[] {
  const [, rest = ''] = /^[a-z+]+:\/\/(.*)$/is.exec(address) ?? []
  return [...rest.matchAll(/@/g)].flatMap(({ index }) => {
    const credentials = rest.slice(0, index)
    const password = credentials.slice(credentials.indexOf(':') + 1)
    return [credentials, password].flatMap(text => [text, decode(text)])
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  }
  catch {
    return text
  }
}
