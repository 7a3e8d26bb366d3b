import { countryCodes } from '#shared/country-codes'

/** Lines such as 'CA Canada'. */
const linesIn = byLocale((locale) => {
  const names = countryNamesIn(locale, countryCodes)
  return Object.entries(names).map(([code, name]) => `${code} ${name}`).join('\n')
})

/** All components of a page read the same lines. */
let latest = { lines: '', names: {} as Record<string, string> }
function parse(lines: string): Record<string, string> {
  if (lines !== latest.lines) {
    latest = { lines, names: Object.fromEntries(lines.split('\n').map(line => [line.slice(0, 2), line.slice(3)])) }
  }
  return latest.names
}

/**
 * Country names by code, in the visitor's locale. The browser takes the server's, since its own may differ: as one
 * text, since 249 values take a page long to write and to read.
 */
export function useCountryNames() {
  const locale = useLocale()
  const lines = useState('country-names', () => linesIn(locale.value))
  return computed(() => parse(lines.value))
}
