import { fieldNames, metaOf } from '#shared/profile'
import type { ProfileField, ProfileSettings } from '#shared/profile'

const settings: Record<keyof ProfileSettings, string> = { visibility: 'Visibility', birthday_visibility: 'Birthday visibility' }

/** What a field or setting is called. One that the app has no more is called by its name. */
export function labelOf(name: string): string {
  if (fieldNames.includes(name as ProfileField)) return metaOf(name as ProfileField).label
  return settings[name as keyof ProfileSettings] ?? name
}
