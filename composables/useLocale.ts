/** The visitor's locale, a BCP 47 tag, from Accept-Language. The browser takes the server's. */
export function useLocale() {
  return useState('locale', () => {
    const languages = import.meta.server ? useRequestHeader('accept-language') : navigator.languages.join()
    return preferredLocale(languages ?? '')
  })
}
