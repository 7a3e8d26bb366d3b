import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' }

/** Letters and digits alone: no case, accent, space or apostrophe tells two countries apart. */
const plain = (text: string) => text.normalize('NFD').replaceAll('&', 'and').replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase()

const names: Record<string, string | string[]> = english.countries
const shown = new Intl.DisplayNames('en', { type: 'region' })

/** Null: several countries are called so. */
const byName = new Map<string, string | null>()
for (const [alpha2, alpha3] of codes as string[][]) {
  for (const name of [alpha2!, alpha3!, shown.of(alpha2!)!, ...[names[alpha2!] ?? []].flat()].map(plain)) {
    const other = byName.get(name)
    byName.set(name, other === undefined || other === alpha2 ? alpha2! : null)
  }
}

/**
 * A country by its alpha-2 or alpha-3 code or its English name.
 * @returns ISO 3166-1 alpha-2; undefined where no country is called so, or two are ('Congo')
 */
export function findCountry(text: string): string | undefined {
  return byName.get(plain(text)) ?? undefined
}
