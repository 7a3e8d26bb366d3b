import { engines } from '../../package.json'
import { nodeProblem } from '../node-version.mjs'

/**
 * Ends the process when Node is too old: the server would start, report that it is healthy, and fail at the first
 * webhook.
 */
export function checkNode(): void {
  const problem = nodeProblem(engines.node)
  if (!problem) return
  console.error(`${problem}. Install a newer Node.`)
  process.exit(1)
}
