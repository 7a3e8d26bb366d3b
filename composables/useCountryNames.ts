import { countryCodes } from '#shared/country-codes'

const namesIn = byLocale(locale => countryNamesIn(locale, countryCodes))

/** The countries' names in the visitor's locale. The server's go to the browser, whose own may differ. */
export function useCountryNames() {
  const locale = useLocale()
  return useState('country-names', () => namesIn(locale.value))
}
