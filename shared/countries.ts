import { alpha3Codes, countryCodes } from './country-codes.ts'

/**
 * Common, formal and former names that Unicode's tables lack. A name that several countries share is in `shared`
 * below instead.
 */
const aliases: Record<string, string> = {
  AE: 'UAE, Emirates',
  BA: 'Bosnia',
  BF: 'Upper Volta',
  BJ: 'Dahomey',
  BN: 'Brunei Darussalam',
  BO: 'Plurinational State of Bolivia',
  BQ: 'Bonaire, Bonaire Sint Eustatius and Saba',
  BY: 'Belorussia, Byelorussia',
  CD: 'DRC, DR Congo, Democratic Republic of the Congo, Congo Kinshasa, Zaire',
  CG: 'Republic of the Congo, Congo Brazzaville',
  CI: 'Ivory Coast',
  CN: 'PRC, Peoples Republic of China, Mainland China',
  CV: 'Cabo Verde',
  CZ: 'Czech Republic, Czech',
  DE: 'Federal Republic of Germany',
  DO: 'Dominican Rep',
  ET: 'Abyssinia',
  FK: 'Falklands, Malvinas, Falkland Islands Malvinas',
  FM: 'Federated States of Micronesia',
  GB: 'UK, Great Britain, Britain, England, Scotland, Wales, Northern Ireland, '
    + 'United Kingdom of Great Britain and Northern Ireland',
  GM: 'The Gambia',
  HK: 'Hong Kong',
  HM: 'Heard Island and McDonald Islands',
  IE: 'Republic of Ireland, Eire',
  IR: 'Persia, Islamic Republic of Iran',
  KG: 'Kirghizia, Kyrgyz Republic',
  KH: 'Kampuchea',
  KP: 'North Korea, DPRK, Democratic Peoples Republic of Korea',
  KR: 'South Korea, Republic of Korea, ROK, 한국',
  LA: 'Lao, Lao Peoples Democratic Republic',
  LK: 'Ceylon',
  MD: 'Moldavia',
  MF: 'Saint Martin, Saint Martin French part',
  MK: 'Macedonia, FYROM, Former Yugoslav Republic of Macedonia',
  MM: 'Burma, Myanmar',
  MO: 'Macau, Macao',
  NL: 'Holland, The Netherlands, Kingdom of the Netherlands',
  PN: 'Pitcairn',
  PS: 'Palestine, State of Palestine',
  RU: 'Russian Federation',
  SX: 'Sint Maarten Dutch part',
  SY: 'Syrian Arab Republic',
  SZ: 'Swaziland',
  TH: 'Siam',
  TL: 'East Timor',
  TR: 'Turkey, Turkiye',
  TW: 'Republic of China, Chinese Taipei, Formosa, Taiwan Province of China',
  TZ: 'Tanganyika',
  UM: 'United States Minor Outlying Islands',
  US: 'USA, America, United States of America, The States, US of A',
  VA: 'Vatican, Holy See, Holy See Vatican City State',
  VG: 'Virgin Islands British',
  VI: 'Virgin Islands US, United States Virgin Islands',
  VN: 'Viet Nam',
  XK: 'XKX',
  ZW: 'Rhodesia',
  ST: 'Sao Tome',
}

/** Further languages of countries that have several. Unicode's tables know the most spoken one of each country. */
const otherLanguages: Record<string, string> = {
  BE: 'fr de',
  CA: 'fr',
  CH: 'fr it rm',
  CY: 'tr',
  FI: 'sv',
  HK: 'en zh-Hans',
  IE: 'ga',
  IL: 'ar',
  KZ: 'ru',
  LU: 'fr de',
  MA: 'fr',
  ME: 'sr-Cyrl',
  MO: 'pt zh-Hans',
  NZ: 'mi',
  PK: 'en',
  SG: 'zh ms',
  UA: 'ru',
  BY: 'ru',
  ZA: 'zu af',
  LK: 'ta',
  DZ: 'fr',
  TN: 'fr',
  TW: 'zh-Hans',
  PH: 'en',
  IN: 'en',
  AF: 'ps',
  KG: 'ru',
  MK: 'sq',
}

/** Letters that Unicode does not decompose into a base letter and an accent. */
const letters: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
}
const words: Record<string, string> = { st: 'saint', ste: 'sainte', the: '', and: '' }

/**
 * The words of a name, without differences that never distinguish two countries: case, accents, punctuation, 'the',
 * 'and' or '&', 'St' or 'Saint'.
 */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}\p{Cf}'’‘ʼ`´]/gu, '')
    .replaceAll(/[ßæœøđðþłıħ]/g, letter => letters[letter]!)
    .split(/[^\p{L}\p{N}]+/u)
    .map(word => words[word] ?? word)
}
const fold = (text: string) => wordsOf(text).join('')

/** Turns 'Korea, Republic of' into 'Republic of Korea'. */
const turned = (text: string) => text.replace(/^([^,(]+)[,(] *([^,]*\bof( the)?)\)?$/i, '$2 $1')

const adjectives = [
  'federal',
  'federative',
  'democratic',
  'people\'?s',
  'socialist',
  'islamic',
  'arab',
  'united',
  'bolivarian',
  'plurinational',
  'oriental',
  'cooperative',
  'co-operative',
  'independent',
  'hashemite',
  'grand',
  'great',
].join('|')
const states = [
  'republic',
  'kingdom',
  'state',
  'states',
  'commonwealth',
  'federation',
  'principality',
  'duchy',
  'sultanate',
  'union',
].join('|')
/** The start of a formal name: 'Republic of Peru' means 'Peru'. */
const formal = new RegExp(`^ *(?:the +)?(?:(?:${adjectives}) +)*(?:${states}) +of +`, 'i')

/** Folded names, with the codes of the countries that have them. */
type Names = Map<string, Set<string>>

function add(names: Names, name: string, code: string): void {
  const folded = fold(name)
  if (folded) names.set(folded, (names.get(folded) ?? new Set()).add(code))
}

function once<T>(create: () => T): () => T {
  let created: T | undefined
  return () => created ??= create()
}

/** Folded names that more than one country has. */
const shared = new Map([
  ['congo', ['CD', 'CG']],
  ['korea', ['KP', 'KR']],
  ['virginislands', ['VG', 'VI']],
])

const isCode = new Set(countryCodes)
const byAlpha3 = new Map(alpha3Codes.map((alpha3, index) => [alpha3, countryCodes[index]!]))

const aliasNames = once(() => {
  const names: Names = new Map()
  for (const [code, list] of Object.entries(aliases)) {
    for (const name of list.split(',')) add(names, name, code)
  }
  return names
})

const inLanguage = new Map<string, Names>()
function namesIn(language: string): Names {
  let names = inLanguage.get(language)
  if (!names) {
    inLanguage.set(language, names = new Map())
    const shown = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    const short = new Intl.DisplayNames(language, { type: 'region', style: 'short', fallback: 'none' })
    for (const code of countryCodes) {
      for (const name of [shown.of(code), short.of(code)]) {
        if (name) add(names, name, code)
      }
    }
  }
  return names
}

/** Each country's name in its own languages. */
const ownNames = once(() => {
  const names: Names = new Map()
  const shown = new Map<string, Intl.DisplayNames>()
  for (const code of countryCodes) {
    const { language, script } = new Intl.Locale(`und-${code}`).maximize()
    const languages = [`${language}-${script}`, ...otherLanguages[code]?.split(' ') ?? []]
    for (const each of languages) {
      if (!shown.has(each)) shown.set(each, new Intl.DisplayNames(each, { type: 'region', fallback: 'none' }))
      const name = shown.get(each)!.of(code)
      if (name) add(names, name, code)
    }
  }
  return names
})

const sources = (language: string) => [aliasNames, () => namesIn(language), () => namesIn('en'), ownNames]

/**
 * Finds the countries that a text may mean: by alpha-2 or alpha-3 code, by a name in the given language, in English or
 * in the country's own languages, or by a common, formal or former name.
 * @returns ISO 3166-1 alpha-2 codes: none for an unknown name, several for an ambiguous one ('Congo')
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

/** @returns an ISO 3166-1 alpha-2 code; undefined if the text means no country, or more than one */
export function findCountry(text: string, language?: string): string | undefined {
  const codes = countriesCalled(text, language)
  return codes.length === 1 ? codes[0] : undefined
}

/** A country that matches a partly typed text. */
export interface CountryMatch {
  code: string
  /** Whether the text is one of its names or the start of one, so that Enter may choose it. */
  isMeant: boolean
}

/**
 * Finds the countries that match a partly typed text, best match first. An empty text matches all countries.
 * @param names  by code, in alphabetical order, in the given language
 */
export function matchCountries(text: string, names: Record<string, string>, language = 'en'): CountryMatch[] {
  const codes = Object.keys(names)
  const wanted = fold(text)
  if (!text.trim()) return codes.map(code => ({ code, isMeant: false }))
  const named = countriesCalled(text, language)
  // Punctuation alone folds to nothing, and matches nothing.
  const inside = wanted ? codes.filter(code => fold(names[code]!).includes(wanted)) : []
  const byStart = wanted
    ? [
        ...codes.filter(code => fold(names[code]!).startsWith(wanted)),
        ...sources(language).flatMap(source => codesByStart(source(), wanted)),
      ]
    : []
  const byWord = inside.filter(code => startsAtWord(names[code]!, wanted))
  // 'Zealand' starts a word of one name and means that country; 'Islands' starts a word of many names.
  const onlyByWord = byWord.length === 1 ? byWord : []
  const meant = new Set(named.length > 1 ? [] : [...named, ...byStart, ...onlyByWord])
  return [...new Set([...named, ...byStart, ...byWord, ...inside])]
    .filter(code => code in names)
    .map(code => ({ code, isMeant: meant.has(code) }))
}

function codesByStart(names: Names, start: string): string[] {
  return [...names].flatMap(([name, codes]) => name.startsWith(start) ? [...codes] : [])
}

function startsAtWord(name: string, wanted: string): boolean {
  return wordsOf(name).some((_, start, all) => all.slice(start).join('').startsWith(wanted))
}
