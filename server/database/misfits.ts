import { countryCodes } from '../../shared/country-codes.ts'
import type { Misfit } from '../../shared/insights.ts'
import { choicesOf, fieldNames, metaOf } from '../../shared/profile.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { Profile } from './profiles.ts'
import { profileShape } from './profile-shape.ts'

const countTimeoutMS = 60_000

/** What is read, where that is less than what MongoDB lets through. */
function readableShapeOf(field: ProfileField): object | undefined {
  const { input, maxLength } = metaOf(field)
  if (input === 'country') return { enum: [...countryCodes, null] }
  if (input === 'choice') return { enum: [...choicesOf(field), null] }
  // MongoDB counts code points: a text that is at its limit by many emoji is counted though it fits.
  if (input === 'text') return { bsonType: ['string', 'null'], pattern: '\\S', ...maxLength && { maxLength } }
}

const { clerk_id: _, ...properties } = {
  ...profileShape,
  ...Object.fromEntries(fieldNames.flatMap((field) => {
    const shape = readableShapeOf(field)
    return shape ? [[field, shape]] : []
  })),
}
const isNot = (shape: object) => ({ $nor: [{ $jsonSchema: { properties: shape } }] })

/**
 * Counts the profiles that hold a value which does not fit its field, and which is read as not set. It reads every
 * profile. The caller has awaited database().
 * @returns the fields that have such values
 * @throws MongoError when the database does not answer within a minute
 */
export async function countMisfits(): Promise<Misfit[]> {
  const counts = Object.entries(properties).map(([field, shape]) => [field, [
    { $match: { [field]: { $ne: null }, ...isNot({ [field]: shape }) } },
    { $count: 'count' },
  ]])
  const [counted] = await Profile.collection.aggregate<Record<string, { count: number }[]>>([
    { $match: { deleted_at: { $not: { $type: 'date' } }, ...isNot(properties) } },
    { $facet: Object.fromEntries(counts) },
  ], { hint: { $natural: 1 }, readPreference: 'secondaryPreferred', maxTimeMS: countTimeoutMS }).toArray()
  return Object.entries(counted!).flatMap(([field, [found]]) => found ? [{ field, count: found.count }] : [])
}
