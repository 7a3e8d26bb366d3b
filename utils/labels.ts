import { fieldNames, metaOf } from '#shared/profile'
import type { ProfileField, ProfileSettings } from '#shared/profile'

const settings: Record<keyof ProfileSettings, string> = {
  visibility: 'Visibility',
  birthday_visibility: 'Birthday visibility',
}

/** The label of a field or setting. A field that the app no longer has is labelled by its name. */
export function labelOf(name: string): string {
  if (fieldNames.includes(name as ProfileField)) return metaOf(name as ProfileField).label
  return settings[name as keyof ProfileSettings] ?? name
}
