/** What the app is called and how it looks to a visitor. Put your own here. */
export default defineAppConfig({
  name: 'Addendum',
  /** A path below public/. */
  logo: '/favicon.svg',
  tagline: 'A little more about you',
  description: 'Add a birthday, a country and a few words to your account, and choose who sees them.',
})
