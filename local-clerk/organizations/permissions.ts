/** Clerk's own permissions, which its components and its Frontend API check: key, name and description. */
export const systemPermissions = [
  ['org:sys_profile:manage', 'Manage organization', 'Change the name, the slug and the logo'],
  ['org:sys_profile:delete', 'Delete organization', 'Delete the organization'],
  ['org:sys_memberships:read', 'Read members', 'See the members'],
  ['org:sys_memberships:manage', 'Manage members', 'Invite, change and remove members'],
  ['org:sys_domains:read', 'Read domains', 'See the domains'],
  ['org:sys_domains:manage', 'Manage domains', 'Add, change and remove domains'],
  ['org:sys_billing:read', 'Read billing', 'See the plan and the invoices'],
  ['org:sys_billing:manage', 'Manage billing', 'Change the plan and the payment methods'],
  ['org:sys_api_keys:read', 'Read API keys', 'See the API keys'],
  ['org:sys_api_keys:manage', 'Manage API keys', 'Create and revoke API keys'],
] as const

export type SystemPermission = typeof systemPermissions[number][0]

/** The permissions that at least one member of an organization must have, and so its creator. */
export const minimumPermissions: readonly SystemPermission[] = [
  'org:sys_memberships:manage',
  'org:sys_memberships:read',
  'org:sys_profile:delete',
]

export const hasMinimum = (keys: string[]) => minimumPermissions.every(key => keys.includes(key))

/**
 * A member's permissions as a session token has them: `per` names the actions, and `fpm` has for each feature of `fea`
 * a number whose bits say which of these actions are allowed. Clerk leaves its own permissions out.
 * @param keys  such as `org:reports:read`
 */
export function permissionClaims(keys: string[]): { fea: string, per?: string, fpm?: string } {
  const custom = keys.filter(key => !key.startsWith('org:sys_')).map(key => key.split(':').slice(1))
  if (custom.length === 0) return { fea: '' }
  const features = [...new Set(custom.map(([feature]) => feature!))].sort()
  const actions = [...new Set(custom.map(([, action]) => action!))].sort()
  const bitsOf = (feature: string) => custom
    .filter(([name]) => name === feature)
    .reduce((bits, [, action]) => bits | 1n << BigInt(actions.indexOf(action!)), 0n)
  return {
    fea: features.map(feature => `o:${feature}`).join(','),
    per: actions.join(','),
    fpm: features.map(bitsOf).join(','),
  }
}
