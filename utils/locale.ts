import { byLocale } from './formats'

interface PageLocale {
  /** The page's language: one of those that the app has. */
  language: string
  /** The visitor's locale in that language, which decides how dates and numbers are written. A BCP 47 tag. */
  locale: string
}

/** The cookie with the language that the visitor has chosen. */
export const languageCookie = 'language'

/**
 * Chooses the language of the pages for a visitor.
 * @param languages  BCP 47 tags, the first for visitors who prefer none of them
 * @param choice  the language that the visitor has chosen, from a cookie
 * @param acceptLanguage  the header of that name, such as 'de-CH, de;q=0.9, en;q=0.5'
 */
export function pageLocale(languages: string[], choice: string | undefined, acceptLanguage = ''): PageLocale {
  const wishes = acceptLanguage.split(',').map((part) => {
    const [tag = '', weight = '1'] = part.trim().split(/\s*;\s*q=/)
    return { tag, weight: Number(weight) }
  })
  const wanted = wishes
    .filter(({ tag, weight }) => weight > 0 && isKnown(tag))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ tag }) => new Intl.Locale(tag))
  const language = languages.find(each => each === choice)
    ?? wanted.map(wish => bestOf(languages, wish)).find(found => found !== undefined)
    ?? languages[0]!
  const region = regionOf(language, wanted)
  const base = new Intl.Locale(language).language
  return { language, locale: withDigits(region ? `${base}-${region}` : language) }
}

/** The language itself in its region, or else in any region. */
function bestOf(languages: string[], wish: Intl.Locale): string | undefined {
  return languages.find(each => each === wish.baseName)
    ?? languages.find(each => new Intl.Locale(each).language === wish.language)
}

/** The region that the visitor has given for the language, or else that of their first language. */
function regionOf(language: string, wanted: Intl.Locale[]): string | undefined {
  const isSame = (wish: Intl.Locale) => wish.language === new Intl.Locale(language).language
  const given = wanted.find(wish => isSame(wish) && wish.region)
  const [first] = wanted
  if (given || !first || isSame(first)) return given?.region
  return first.maximize().region
}

const isKnown = byLocale((tag) => {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  }
  catch {
    return false
  }
})

/**
 * Names the digits that the locale uses by CLDR, since the browser's tables may be older than the server's: Egypt
 * writes ١٢٣, and Morocco 123.
 */
const withDigits = byLocale((locale) => {
  const { numberingSystem } = new Intl.NumberFormat(locale).resolvedOptions()
  return numberingSystem === 'latn' ? locale : `${locale}-u-nu-${numberingSystem}`
})
