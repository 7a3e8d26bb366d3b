import { countryCodes } from '#shared/country-codes'

const namesIn = byLocale(locale => countryNamesIn(locale, countryCodes))

/** Country names in the visitor's locale. The browser takes the server's, since its own may differ. */
export function useCountryNames() {
  const locale = useLocale()
  return useState('country-names', () => namesIn(locale.value))
}
