/** The app's name, logo and texts. Replace them with your own. */
export default defineAppConfig({
  name: 'Addendum',
  /** A path in public/. */
  logo: '/favicon.svg',
  tagline: 'A little more about you',
  description: 'Add your birthday, country and bio to your account, and choose who sees them.',
})
