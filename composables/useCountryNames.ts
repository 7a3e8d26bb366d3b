import { countryCodes } from '#shared/profile'

/** The countries' names in the visitor's locale. The server's go to the browser, whose own may differ. */
export function useCountryNames() {
  const locale = useLocale()
  return useState('country-names', () => countryNamesIn(locale.value, countryCodes))
}
