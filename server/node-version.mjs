// Plain JavaScript, because a Node that is too old to run TypeScript loads it, too: scripts/node-first.mjs.

/**
 * Checks a version against a range as package.json writes it: `^22.19 || ^24.11 || >=26`.
 * @param {string} version
 * @param {string} range
 */
function isSupported(version, range) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, sign, least, leastMinor = '0'] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?\s*$/.exec(part) ?? []
    if (sign === '>=' && major > Number(least)) return true
    return major === Number(least) && minor >= Number(leastMinor)
  })
}

/**
 * Says what is wrong with the Node that runs this, if anything. Other runtimes have their own version numbers.
 * @param {string} range  `engines.node` of package.json
 * @param {{ node?: string, bun?: string, deno?: string }} [versions]
 * @returns {string | undefined}
 */
export function nodeProblem(range, { node, bun, deno } = process.versions) {
  if (!node || bun || deno || isSupported(node, range)) return undefined
  return `This is Node ${node}, and Addendum needs ${range.replaceAll('||', 'or')}`
}
