import type mongoose from 'mongoose'
import { fieldNames } from '../../../shared/profile.ts'
import type { ProfileField } from '../../../shared/profile.ts'
import type { AdminProfile } from '../../../shared/answers.ts'
import { fieldOf, settingOf, timeOf } from '../../database/profiles.ts'
import type { ProfileDocument } from '../../database/profiles.ts'
import { allOf } from './criteria.ts'
import type { Condition } from './criteria.ts'
import type { Segment } from './order.ts'

export type Row = ProfileDocument & { _id: mongoose.mongo.BSON.ObjectId }
type Profiles = mongoose.mongo.Collection<Row>

const shown = ['clerk_id', ...fieldNames, 'visibility', 'birthday_visibility', 'created_at', 'updated_at'] as const
/** Includes the keys of every order, which cursors contain. */
const projection = Object.fromEntries([...shown, 'birth_month_day'].map(name => [name, 1]))
/** A stream has no cursor, so it needs neither _id nor the keys of orders. */
export const streamedFields = { ...Object.fromEntries(shown.map(name => [name, 1])), _id: 0 }

/**
 * Finds the rows of a segment that meet the conditions, in the order of the segment.
 * @param limit  undefined for all rows; with 0 the driver would read batches of 16 MB
 */
export function findRows(profiles: Profiles, segment: Segment, conditions: Condition[], limit?: number) {
  return profiles.find(allOf([...conditions, ...segment.where]), {
    projection,
    sort: Object.fromEntries(segment.keys),
    limit,
  })
}

export function toAdminProfile(row: Row): AdminProfile {
  const fields = Object.fromEntries(fieldNames.map(field => [field, fieldOf(row, field)]))
  return {
    clerk_id: row.clerk_id,
    ...fields as Record<ProfileField, string | null>,
    visibility: settingOf(row, 'visibility'),
    birthday_visibility: settingOf(row, 'birthday_visibility'),
    created_at: timeOf(row, 'created_at')?.toISOString() ?? null,
    updated_at: timeOf(row, 'updated_at')?.toISOString() ?? null,
  }
}
