/** The visitor's locale, a BCP 47 tag: from Accept-Language, and the same in the browser. */
export function useLocale() {
  return useState('locale', () => preferredLocale(import.meta.server ? useRequestHeader('accept-language') ?? '' : navigator.languages.join()))
}
