/** The visitor's locale, a BCP 47 tag in the page's language. The browser takes the server's. */
export const useLocale = () => useState('locale', () => 'en')
