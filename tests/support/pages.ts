/** Visitors, by the name that they sign in with. */
export type Who = 'nobody' | 'ada' | 'admin'

/** Every page, for each kind of visitor with an answer of their own. */
export const pages: [who: Who, path: string, status: number][] = [
  ['nobody', '/', 200],
  ['nobody', '/sign-in', 200],
  ['nobody', '/sign-up', 200],
  ['nobody', '/nothing', 404],
  ['ada', '/', 200],
  ['ada', '/profile', 200],
  ['ada', '/welcome', 200],
  ['ada', '/people', 200],
  ['ada', '/people/user_123', 200],
  ['ada', '/people/nobody', 404],
  ['ada', '/nothing', 404],
  ['ada', '/admin/sync', 403],
  ['admin', '/admin/sync', 200],
  ['ada', '/admin/users', 403],
  ['admin', '/admin/users', 200],
  ['admin', '/admin/users?country=CA&sort=birthday', 200],
  ['ada', '/admin/users/user_456', 403],
  ['admin', '/admin/users/user_123', 200],
  ['admin', '/admin/users/user_nobody', 404],
  ['ada', '/admin/import', 403],
  ['admin', '/admin/import', 200],
  ['ada', '/admin/insights', 403],
  ['admin', '/admin/insights', 200],
]

/**
 * The locales and time zones of visitors, by the width of their screens, in pages.test.ts. The app has none of their
 * languages but English. regions.test.ts has the others, with other digits, calendars and directions. The zones
 * include the first, the last and one of half an hour.
 */
export const visitors = {
  390: { locale: 'en-US', timezoneId: 'Pacific/Honolulu' },
  1280: { locale: 'nl-NL', timezoneId: 'America/St_Johns' },
} as const
export const otherVisitors = [
  { locale: 'th-TH', timezoneId: 'Pacific/Kiritimati' },
  { locale: 'fa-IR', timezoneId: 'Asia/Tehran' },
] as const
