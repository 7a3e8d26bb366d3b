import { alpha3Codes, countryCodes } from './country-codes.ts'

/**
 * What countries are called besides their names in Unicode's tables: in everyday speech, formally, and formerly.
 * A name that several countries go by is in none.
 */
const aliases: Record<string, string> = {
  AE: 'UAE, Emirates', BA: 'Bosnia', BF: 'Upper Volta', BJ: 'Dahomey', BN: 'Brunei Darussalam',
  BO: 'Plurinational State of Bolivia', BQ: 'Bonaire, Bonaire Sint Eustatius and Saba', BY: 'Belorussia, Byelorussia',
  CD: 'DRC, DR Congo, Democratic Republic of the Congo, Congo Kinshasa, Zaire', CG: 'Republic of the Congo, Congo Brazzaville',
  CI: 'Ivory Coast', CN: 'PRC, Peoples Republic of China, Mainland China', CV: 'Cabo Verde', CZ: 'Czech Republic, Czech',
  DE: 'Federal Republic of Germany', DO: 'Dominican Rep', ET: 'Abyssinia', FK: 'Falklands, Malvinas, Falkland Islands Malvinas',
  FM: 'Federated States of Micronesia', GB: 'UK, Great Britain, Britain, England, Scotland, Wales, Northern Ireland, United Kingdom of Great Britain and Northern Ireland',
  GM: 'The Gambia', HK: 'Hong Kong', HM: 'Heard Island and McDonald Islands', IE: 'Republic of Ireland, Eire', IR: 'Persia, Islamic Republic of Iran',
  KG: 'Kirghizia, Kyrgyz Republic', KH: 'Kampuchea', KP: 'North Korea, DPRK, Democratic Peoples Republic of Korea',
  KR: 'South Korea, Republic of Korea, ROK, 한국', LA: 'Lao, Lao Peoples Democratic Republic', LK: 'Ceylon', MD: 'Moldavia', MF: 'Saint Martin, Saint Martin French part',
  MK: 'Macedonia, FYROM, Former Yugoslav Republic of Macedonia', MM: 'Burma, Myanmar', MO: 'Macau, Macao', NL: 'Holland, The Netherlands, Kingdom of the Netherlands',
  PN: 'Pitcairn', PS: 'Palestine, State of Palestine', RU: 'Russian Federation', SX: 'Sint Maarten Dutch part', SY: 'Syrian Arab Republic', SZ: 'Swaziland',
  TH: 'Siam', TL: 'East Timor', TR: 'Turkey, Turkiye', TW: 'Republic of China, Chinese Taipei, Formosa, Taiwan Province of China',
  TZ: 'Tanganyika', UM: 'United States Minor Outlying Islands', US: 'USA, America, United States of America, The States, US of A',
  VA: 'Vatican, Holy See, Holy See Vatican City State', VG: 'Virgin Islands British', VI: 'Virgin Islands US, United States Virgin Islands', VN: 'Viet Nam', XK: 'XKX', ZW: 'Rhodesia', ST: 'Sao Tome',
}

/** Languages of countries that speak several; the most spoken one of each is known to Unicode's tables. */
const otherLanguages: Record<string, string> = {
  BE: 'fr de', CA: 'fr', CH: 'fr it rm', CY: 'tr', FI: 'sv', HK: 'en zh-Hans', IE: 'ga', IL: 'ar', KZ: 'ru', LU: 'fr de', MA: 'fr', ME: 'sr-Cyrl', MO: 'pt zh-Hans',
  NZ: 'mi', PK: 'en', SG: 'zh ms', UA: 'ru', BY: 'ru', ZA: 'zu af', LK: 'ta', DZ: 'fr', TN: 'fr', TW: 'zh-Hans', PH: 'en', IN: 'en', AF: 'ps', KG: 'ru', MK: 'sq',
}

/** Letters that have no accent to take away. */
const letters: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ħ: 'h' }
const words: Record<string, string> = { st: 'saint', ste: 'sainte', the: '', and: '' }

/** The words of a name without what no two countries differ by: case, accents, punctuation, 'the', 'and' or '&', 'St' or 'Saint'. */
function wordsOf(text: string): string[] {
  return text.normalize('NFKD').toLowerCase().replaceAll(/[\p{M}\p{Cf}'’‘ʼ`´]/gu, '')
    .replaceAll(/[ßæœøđðþłıħ]/g, letter => letters[letter]!)
    .split(/[^\p{L}\p{N}]+/u).map(word => words[word] ?? word)
}
const fold = (text: string) => wordsOf(text).join('')

/** 'Korea, Republic of' is 'Republic of Korea'. */
const turned = (text: string) => text.replace(/^([^,(]+)[,(] *([^,]*\bof( the)?)\)?$/i, '$2 $1')
/** 'Republic of Peru' is 'Peru'. */
const formal = /^ *(?:the +)?(?:(?:federal|federative|democratic|people'?s|socialist|islamic|arab|united|bolivarian|plurinational|oriental|cooperative|co-operative|independent|hashemite|grand|great) +)*(?:republic|kingdom|state|states|commonwealth|federation|principality|duchy|sultanate|union) +of +/i

/** Folded names with the codes of the countries that go by them. */
type Names = Map<string, Set<string>>

function add(names: Names, name: string, code: string): void {
  const folded = fold(name)
  if (folded) names.set(folded, (names.get(folded) ?? new Set()).add(code))
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => made ??= make()
}

/** Names that more than one country goes by, folded. */
const shared = new Map([['congo', ['CD', 'CG']], ['korea', ['KP', 'KR']], ['virginislands', ['VG', 'VI']]])

const isCode = new Set(countryCodes)
const byAlpha3 = new Map(alpha3Codes.map((alpha3, index) => [alpha3, countryCodes[index]!]))

const aliasNames = once(() => {
  const names: Names = new Map()
  for (const [code, list] of Object.entries(aliases)) for (const name of list.split(',')) add(names, name, code)
  return names
})

const inLanguage = new Map<string, Names>()
function namesIn(language: string): Names {
  let names = inLanguage.get(language)
  if (!names) {
    inLanguage.set(language, names = new Map())
    const shown = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    const short = new Intl.DisplayNames(language, { type: 'region', style: 'short', fallback: 'none' })
    for (const code of countryCodes) for (const name of [shown.of(code), short.of(code)]) if (name) add(names, name, code)
  }
  return names
}

/** Each country's name in its own languages. */
const ownNames = once(() => {
  const names: Names = new Map()
  const shown = new Map<string, Intl.DisplayNames>()
  for (const code of countryCodes) {
    const { language, script } = new Intl.Locale(`und-${code}`).maximize()
    for (const each of [`${language}-${script}`, ...otherLanguages[code]?.split(' ') ?? []]) {
      if (!shown.has(each)) shown.set(each, new Intl.DisplayNames(each, { type: 'region', fallback: 'none' }))
      const name = shown.get(each)!.of(code)
      if (name) add(names, name, code)
    }
  }
  return names
})

const sources = (language: string) => [aliasNames, () => namesIn(language), () => namesIn('en'), ownNames]

/**
 * The countries that a text may mean: by alpha-2 or alpha-3 code, by a name in the given language, in English or in the
 * country's own languages, or by a common, formal or former name.
 * @returns ISO 3166-1 alpha-2: none where no country goes by it, several where it does not tell which ('Congo')
 */
export function countriesCalled(text: string, language = 'en'): string[] {
  const bare = text.normalize('NFKC').replaceAll(/[\s\p{Cf}]/gu, '').toUpperCase()
  if (isCode.has(bare)) return [bare]
  if (byAlpha3.has(bare)) return [byAlpha3.get(bare)!]
  const plain = turned(text.normalize('NFKC').trim())
  for (const name of [plain, plain.replace(formal, '')]) {
    const folded = fold(name)
    if (shared.has(folded)) return shared.get(folded)!
    for (const source of sources(language)) {
      const codes = source().get(folded)
      if (codes) return [...codes]
    }
  }
  return []
}

/** @returns ISO 3166-1 alpha-2; undefined where the text means no country, or more than one */
export function findCountry(text: string, language?: string): string | undefined {
  const codes = countriesCalled(text, language)
  return codes.length === 1 ? codes[0] : undefined
}

/** A country that a text may become as it is typed. */
export interface CountryMatch {
  code: string
  /** The text names it, or begins a name of it: what Enter may take. */
  isMeant: boolean
}

/**
 * The countries that a text may become as it is typed, the surest first; all of them where there is no text.
 * @param names  by code, in alphabetical order, in the given language
 */
export function matchCountries(text: string, names: Record<string, string>, language = 'en'): CountryMatch[] {
  const codes = Object.keys(names)
  const wanted = fold(text)
  if (!text.trim()) return codes.map(code => ({ code, isMeant: false }))
  const named = countriesCalled(text, language)
  // Punctuation alone begins nothing.
  const begun = !wanted
    ? []
    : [
        ...codes.filter(code => fold(names[code]!).startsWith(wanted)),
        ...sources(language).flatMap(source => [...source()].flatMap(([name, meant]) => name.startsWith(wanted) ? [...meant] : [])),
      ]
  const inside = !wanted ? [] : codes.filter(code => fold(names[code]!).includes(wanted))
  // 'Zealand' begins a word of one name, 'Islands' of many.
  const byWord = inside.filter(code => wordsOf(names[code]!).some((_, start, all) => all.slice(start).join('').startsWith(wanted)))
  const meant = new Set(named.length > 1 ? [] : [...named, ...begun, ...byWord.length === 1 ? byWord : []])
  return [...new Set([...named, ...begun, ...byWord, ...inside])].filter(code => code in names).map(code => ({ code, isMeant: meant.has(code) }))
}
