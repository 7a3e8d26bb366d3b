/** What the page and its API ask of `has`. */
export const checks = [
  { role: 'org:admin' },
  { role: 'org:member' },
  { permission: 'org:posts:edit' },
] as const
