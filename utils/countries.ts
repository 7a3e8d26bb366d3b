/**
 * The names of countries in a locale, in its alphabetical order.
 * @param codes  ISO 3166-1 alpha-2
 */
export function countryNamesIn(locale: string, codes: string[]): Record<string, string> {
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  const { compare } = new Intl.Collator(locale)
  return Object.fromEntries(codes.map(code => [code, names.of(code) ?? code] as const).toSorted(([, a], [, b]) => compare(a, b)))
}

/** The flag as an emoji: the code's letters as regional indicators. */
export function flagOf(code: string): string {
  return String.fromCodePoint(...[...code].map(letter => 0x1F1E6 + letter.charCodeAt(0) - 65))
}

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** The code of the country that a text names whole, by name or code. */
export function countryOf(text: string, names: Record<string, string>): string | undefined {
  const wanted = plain(text.trim())
  return Object.keys(names).find(code => plain(names[code]!) === wanted || code.toLowerCase() === wanted)
}

/**
 * The countries that a text may be the beginning of: what it names whole comes first, then those whose name
 * starts with it, then those that it is a part of.
 * @param names  as countryNamesIn gives them
 */
export function searchCountries(text: string, names: Record<string, string>): string[] {
  const wanted = plain(text.trim())
  const whole = countryOf(text, names)
  const rank = (code: string) => code === whole ? 0 : plain(names[code]!).startsWith(wanted) ? 1 : 2
  return Object.keys(names)
    .filter(code => code === whole || plain(names[code]!).includes(wanted))
    .toSorted((a, b) => rank(a) - rank(b))
}
