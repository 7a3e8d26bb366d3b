/** The app's name and logo. Replace them with your own; the texts are in i18n/locales. */
export default defineAppConfig({
  name: 'Addendum',
  /** A path in public/. */
  logo: '/favicon.svg',
})
