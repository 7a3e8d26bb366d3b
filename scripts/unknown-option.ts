/** Citty repeats an option such as --dry-run as dryRun. */
const toCamelCase = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/**
 * Finds an option that a command does not have: citty would ignore it.
 * @param given  the options of the command line
 * @param known  the options of the command
 */
export function findUnknownOption(given: object, known: object): string | undefined {
  const names = new Set(['_', ...Object.keys(known), ...Object.keys(known).map(toCamelCase)])
  return Object.keys(given).find(name => !names.has(name))
}
