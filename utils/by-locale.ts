/**
 * Remembers what is made for a locale: an Intl object costs a hundred times more to make than to use, and the
 * server makes the same ones for each visitor. Bounded, since a browser may ask for any locale.
 */
export function byLocale<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>()
  return (locale) => {
    if (made.size > 100) made.clear()
    if (!made.has(locale)) made.set(locale, make(locale))
    return made.get(locale)!
  }
}

/** A function that writes a number as the locale does. */
export const numberFormatter = byLocale(locale => new Intl.NumberFormat(locale).format)
