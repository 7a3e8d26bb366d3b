import { readFileSync } from 'node:fs'
import { nodeProblem } from '../server/node-version.mjs'

/*
 * Loaded before a command that is written in TypeScript. A Node that cannot run TypeScript would end with an error
 * about a file extension, and never say that it is too old.
 */
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const found = nodeProblem(engines.node)
if (found && !process.features.typescript) {
  const mend = 'Install a newer Node'
  const checks = [{ what: 'Node.js', verdict: 'failed', found, mend }]
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ok: false, checks }, undefined, 2))
  else console.error(`${found}. ${mend}.`)
  process.exit(1)
}
