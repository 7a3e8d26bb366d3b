/**
 * The locale of the pages for a visitor: English, with the region of their preferred language, which decides the format
 * of dates.
 * @param acceptLanguage  the header of that name, such as 'de-CH, de;q=0.9, en;q=0.5'
 * @returns a BCP 47 tag, such as 'en-CH'; 'en' where no region is known
 */
export function preferredLocale(acceptLanguage = ''): string {
  const wishes = acceptLanguage.split(',').map((part) => {
    const [tag = '', weight = '1'] = part.trim().split(/\s*;\s*q=/)
    return { tag, weight: Number(weight) }
  })
  const best = wishes.filter(({ tag, weight }) => weight > 0 && isKnown(tag)).toSorted((a, b) => b.weight - a.weight)[0]
  if (!best || best.tag.toLowerCase() === 'en') return 'en'
  const { region } = new Intl.Locale(best.tag).maximize()
  return region ? `en-${region}` : 'en'
}

function isKnown(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  }
  catch {
    return false
  }
}
