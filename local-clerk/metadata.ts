import type { Metadata } from './users.ts'

/** Merges deeply, as Clerk does: null removes a key. */
export function mergeMetadata(stored: Metadata, changes: Metadata): Metadata {
  const merged: Metadata = { ...stored }
  for (const [key, value] of Object.entries(changes)) {
    const current = merged[key]
    if (value === null) Reflect.deleteProperty(merged, key)
    else if (isObject(value) && isObject(current)) merged[key] = mergeMetadata(current, value)
    else merged[key] = value
  }
  return merged
}

export function replaceMetadata(_stored: Metadata, given: Metadata): Metadata {
  return given
}

function isObject(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
