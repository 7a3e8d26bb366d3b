import type { ActiveOrganizations, OrganizationSession } from './organizations/active.ts'
import type { Settings } from './settings.ts'
import type { Users } from './users.ts'

/** What a user must do before a session becomes active. Until then it is pending. */
export interface SessionTask {
  key: 'reset-password' | 'setup-mfa' | 'choose-organization'
}

type TaskOf = (session: OrganizationSession) => SessionTask['key'] | undefined

export type SessionTasks = ReturnType<typeof createSessionTasks>

/** The tasks follow from the state of the user and the session: one that is done is gone at the next request. */
export function createSessionTasks(users: Users, settings: Settings, active: ActiveOrganizations) {
  const needsSecondFactor = (userId: string) =>
    settings.current().second_factor_required && !users.get(userId).two_factor_enabled

  /** In the order in which they are to be done. */
  const kinds: TaskOf[] = [
    ({ user_id }) => users.isPasswordCompromised(user_id) ? 'reset-password' : undefined,
    ({ user_id }) => needsSecondFactor(user_id) ? 'setup-mfa' : undefined,
    session => active.mustChoose(session) ? 'choose-organization' : undefined,
  ]

  return (session: OrganizationSession): SessionTask[] =>
    kinds.flatMap(taskOf => taskOf(session) ?? []).map(key => ({ key }))
}
