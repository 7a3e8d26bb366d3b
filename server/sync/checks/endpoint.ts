import type { Check } from '../../../shared/sync.ts'
import { ask } from './ask.ts'
import { codeOf, describeError, failed, inspect, ok, warning } from './finding.ts'
import type { Finding } from './finding.ts'
import { isLoopback } from './hosts.ts'
import { judgeEndpoint } from './judge-endpoint.ts'

/** A tunnel or a cold start may take a while. In milliseconds. */
const endpointLimit = 10_000

/** Addresses of private networks, names of local ones, and names without a domain. */
const privateHosts = [
  /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$/,
  /^\[f[cde]/,
  /\.(?:local|internal|lan)$/,
  /^[^.[]+$/,
]

/** Whether Clerk's webhooks reach the app at an address, as far as that can be seen from this machine. */
export function checkEndpoint(webhooks: URL): Promise<Check>[] {
  return [
    inspect('Address of the endpoint', () => judgeAddress(webhooks)),
    inspect('Endpoint', () => callEndpoint(webhooks)),
  ]
}

/** Says whether Clerk, which is on the internet, can use an address. */
export function judgeAddress({ protocol, hostname, href }: URL): Finding {
  if (isLoopback(hostname) || privateHosts.some(hosts => hosts.test(hostname))) {
    return warning(
      `Only this machine or its network reaches ${hostname}: Clerk does not`,
      'Use a public address: a deployment\'s, or a tunnel\'s such as https://example.ngrok-free.app',
    )
  }
  if (protocol === 'http:') return warning(`${href} is not encrypted`, 'Use its https address in Clerk\'s dashboard')
  return ok(href)
}

async function callEndpoint(webhooks: URL): Promise<Finding> {
  try {
    const answer = await ask(webhooks, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', 'user-agent': 'addendum-doctor' },
    }, endpointLimit)
    return judgeEndpoint(answer, webhooks)
  }
  catch (error) {
    return failed(`${webhooks.href} cannot be reached: ${describeFailure(error)}`, mendOf(error, webhooks))
  }
}

function describeFailure(error: unknown): string {
  return codeOf(error) === 'timeout' ? `no answer within ${endpointLimit / 1_000} s` : describeError(error)
}

function mendOf(error: unknown, { hostname, port, protocol }: URL): string {
  const code = codeOf(error) ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `Correct the address: the DNS has no entry for ${hostname}`
  if (code === 'ECONNREFUSED') {
    return `Start the app or the tunnel: nothing listens on port ${port || (protocol === 'https:' ? 443 : 80)} there`
  }
  if (/CERT|SELF_SIGNED|TLS|SSL|ERR_SSL|EPROTO/.test(code)) {
    return 'Give the host a certificate of a public authority, such as Let\'s Encrypt: Clerk accepts no other'
  }
  if (code === 'timeout') return 'Allow requests to it in the firewall; Clerk gives up after 15 s'
  return 'Find out what listens there; it closes the connection without an answer'
}
