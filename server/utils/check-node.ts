import { engines } from '../../package.json'

/** Checks a version against a range as package.json writes it: `^22.19 || ^24.11 || >=26`. */
function isSupported(version: string, range: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, sign, least, leastMinor = '0'] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?\s*$/.exec(part) ?? []
    if (sign === '>=' && major > Number(least)) return true
    return major === Number(least) && minor >= Number(leastMinor)
  })
}

/**
 * Ends the process when Node is too old: the server would start, report that it is healthy, and fail at the first
 * webhook. Other runtimes have their own version numbers.
 */
export function checkNode(): void {
  const { node, bun, deno } = process.versions
  if (!node || bun || deno || isSupported(node, engines.node)) return
  const needed = engines.node.replaceAll('||', 'or')
  console.error(`This is Node ${node}, and Addendum needs ${needed}. Install a newer Node.`)
  process.exit(1)
}
