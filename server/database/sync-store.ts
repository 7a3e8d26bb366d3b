import { createApply } from '../sync/apply.ts'
import { profileRules } from '../sync/profile-rules.ts'
import { createRecord } from '../sync/record.ts'
import { connectedDatabase } from './connection.ts'
import { deleteViewsOf } from './saved-views.ts'

// The sync, with this app's database and profile.

export const applyAll = createApply({ database: connectedDatabase, rules: profileRules, onDelete: deleteViewsOf })
export const recordAll = createRecord(connectedDatabase)
