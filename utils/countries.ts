/**
 * Country names by code, in the alphabetical order of the locale.
 * @param codes  ISO 3166-1 alpha-2
 */
export function countryNamesIn(locale: string, codes: string[]): Record<string, string> {
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  const { compare } = new Intl.Collator(locale)
  const entries = codes.map(code => [code, names.of(code) ?? code] as const)
  return Object.fromEntries(entries.toSorted(([, a], [, b]) => compare(a, b)))
}

/** The flag as an emoji: the code's letters as regional indicators. */
export function flagOf(code: string): string {
  return String.fromCodePoint(...[...code].map(letter => 0x1F1E6 + letter.charCodeAt(0) - 65))
}
