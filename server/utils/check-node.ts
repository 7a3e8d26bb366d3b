import { engines } from '../../package.json'

/** Whether a version is in a range as package.json has it: `^22.19 || ^24.11 || >=26`. */
function isSupported(version: string, range: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, sign, least, leastMinor = '0'] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?\s*$/.exec(part) ?? []
    if (sign === '>=' && major > Number(least)) return true
    return major === Number(least) && minor >= Number(leastMinor)
  })
}

/**
 * Ends the process on a Node that is too old: it would start the server, say that it is well, and fail at the first
 * webhook. Other runtimes have versions of their own.
 */
export function checkNode(): void {
  const { node, bun, deno } = process.versions
  if (!node || bun || deno || isSupported(node, engines.node)) return
  console.error(`This is Node ${node}, and Addendum needs ${engines.node.replaceAll('||', 'or')}. Install a newer Node.`)
  process.exit(1)
}
