/**
 * The locale that a visitor likes best, of those that this runtime knows.
 * @param acceptLanguage  the header of that name, such as 'de-CH, de;q=0.9, en;q=0.5'
 * @returns a BCP 47 tag; 'en' where none is usable
 */
export function preferredLocale(acceptLanguage = ''): string {
  const wishes = acceptLanguage.split(',').map((part) => {
    const [tag = '', weight = '1'] = part.trim().split(/\s*;\s*q=/)
    return { tag, weight: Number(weight) }
  })
  const best = wishes.filter(({ tag, weight }) => weight > 0 && isKnown(tag)).toSorted((a, b) => b.weight - a.weight)[0]
  return best?.tag ?? 'en'
}

function isKnown(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  }
  catch {
    return false
  }
}
