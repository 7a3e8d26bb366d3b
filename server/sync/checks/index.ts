import { nodeProblem } from '../../node-version.mjs'
import type { Check } from '../../../shared/sync.ts'
import { checkBoundInstance } from './bound-instance.ts'
import { askClerk, checkClerk, readInstanceOfKeys } from './clerk.ts'
import { checkDatabase, openDatabase } from './database.ts'
import { checkLastDelivery } from './deliveries.ts'
import { checkEndpoint } from './endpoint.ts'
import { failed, inspect, ok } from './finding.ts'
import { hideSecrets } from './hide-secrets.ts'
import { checkHosts } from './hosts.ts'
import { checkIndexes } from './indexes.ts'
import { checkKeys } from './keys.ts'
import { checkRoundTrip } from './round-trip.ts'
import { checkSigningSecrets } from './signing-secrets.ts'
import { checkStrayCharacters, checkVariables } from './variables.ts'

export interface ChecksOptions {
  /** `engines.node` of package.json. */
  nodeRange: string
  env?: NodeJS.ProcessEnv
  /** The webhook route of the running app. Without it, no event is sent through the app. */
  app?: URL
  /** The webhook route as Clerk calls it, from outside. Without it, nothing is checked from there. */
  endpoint?: URL
}

/**
 * Checks Node, the variables, Clerk's keys, the database, and the way of a webhook. The checks run side by side, each
 * call within its own time limit, and none stops the others. Never throws, and never returns a secret.
 * It leaves the connection to the database open.
 */
export async function runChecks({ nodeRange, env = process.env, app, endpoint }: ChecksOptions): Promise<Check[]> {
  const database = openDatabase(env)
  const answers = askClerk(env)
  const checks = await Promise.all([
    inspect('Node.js', () => checkNode(nodeRange)),
    checkVariables(env),
    checkStrayCharacters(env),
    ...checkKeys(env),
    checkSigningSecrets(env),
    ...checkHosts(env),
    ...checkClerk(env, answers),
    ...checkDatabase(database),
    checkIndexes(database),
    checkBoundInstance(database, readInstanceOfKeys(answers)),
    checkLastDelivery(database),
    ...app ? [checkRoundTrip(app, env, database)] : [],
    ...endpoint ? checkEndpoint(endpoint) : [],
  ])
  return hideSecrets(checks, env)
}

function checkNode(range: string) {
  const problem = nodeProblem(range)
  return problem ? failed(problem, 'Install a newer Node') : ok(process.version)
}
