import type { Check } from '../../../shared/sync.ts'
import { parseOrigins } from '../../utils/origins.ts'
import { failed, inspect, ok, warning } from './finding.ts'
import type { Finding } from './finding.ts'

/** Whether the hosts and origins that the app answers to are written as they are compared. */
export function checkHosts(env: NodeJS.ProcessEnv): Promise<Check>[] {
  return [
    inspect('Allowed hosts', () => checkAllowedHosts(env.ALLOWED_HOSTS)),
    inspect('Origins', () => checkOrigins(env.APP_ORIGINS)),
  ]
}

function checkAllowedHosts(text = ''): Finding {
  const hosts = text.split(/[\s,]+/).filter(Boolean)
  if (hosts.length === 0) return ok('ALLOWED_HOSTS is not set; only `npm run dev` behind a tunnel needs it')
  const faults = hosts.flatMap((host) => {
    const fault = faultOf(host)
    return fault ? `${host} ${fault}` : []
  })
  if (faults.length === 0) return ok(`ALLOWED_HOSTS: ${hosts.join(', ')}`)
  const mend = 'List hosts only, such as example.ngrok-free.app, separated by a space or comma, and restart npm run dev'
  return failed(`In ALLOWED_HOSTS, ${faults.join('; ')}`, mend)
}

/** Why the dev server, which compares names alone, would never find a request's host equal to this one. */
function faultOf(host: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(host)) return 'is a URL'
  if (host.includes('*')) return 'has a wildcard; .example.com allows all subdomains'
  if (host.includes('/')) return 'has a path'
  if (/:\d+$/.test(host)) return 'has a port'
  if (/[A-Z]/.test(host)) return 'is not in lower case'
  if (!/^\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(host)) return 'is not a host'
  return undefined
}

function checkOrigins(text = ''): Finding {
  let origins: string[]
  try {
    origins = parseOrigins(text)
  }
  catch (error) {
    return failed(`APP_ORIGINS: ${(error as Error).message}`, 'Change it, and restart the server: it does not start')
  }
  if (origins.length === 0) return ok('APP_ORIGINS is not set: each request\'s own origin counts')
  const plain = origins.filter(origin => origin.startsWith('http:') && !isLoopback(new URL(origin).hostname))
  if (plain.length > 0) {
    return warning(
      `APP_ORIGINS contains ${plain.join(', ')}, which is not encrypted`,
      'Use https there: sessions can be read on the way',
    )
  }
  return ok(`APP_ORIGINS: ${origins.join(', ')}`)
}

/** Whether a host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
