/** What the pages ask of `has`. */
export const checks = [
  { role: 'org:admin' },
  { role: 'org:member' },
  { permission: 'org:posts:edit' },
] as const
