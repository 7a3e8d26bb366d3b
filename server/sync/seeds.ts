import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Seeds } from './decode.ts'

/**
 * Creates the function that reads seeds from a user's unsafe_metadata.
 * @param fields  each field's schema; it must validate without a promise
 * @param convert  brings a value into the form that the schema expects
 */
export function createSeedReader(
  fields: Record<string, StandardSchemaV1>,
  convert: (field: string, value: unknown) => unknown = (_field, value) => value,
): (metadata: Record<string, unknown>) => Seeds {
  return (metadata) => {
    const seeds: Record<string, unknown> = {}
    const dropped: string[] = []
    for (const [field, schema] of Object.entries(fields)) {
      if (!Object.hasOwn(metadata, field)) continue
      const result = validateField(field, schema, convert(field, metadata[field]))
      if (result.issues) dropped.push(`unsafe_metadata.${field}: ${result.issues[0]?.message}`)
      else seeds[field] = result.value
    }
    return { seeds, dropped }
  }
}

/** @throws TypeError when the schema validates by a promise */
export function validateField(field: string, schema: StandardSchemaV1, value: unknown) {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) throw new TypeError(`The schema of ${field} must validate without a promise`)
  return result
}
