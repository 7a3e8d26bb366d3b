import { fieldNames, metaOf } from './profile.ts'

// Separate from the schemas in search.ts, so that a page that only lists fields and sorts does not load Zod.

/** The fields that profiles can be sorted by. As in Clerk's `order_by`, a minus sorts in descending order. */
export const sortFields = ['created_at', 'updated_at', 'birthday', 'next_birthday', 'country'] as const
export type SortField = typeof sortFields[number]
export type Sort = SortField | `-${SortField}`
export const sorts = sortFields.flatMap((field): Sort[] => [field, `-${field}`])
export const defaultSort: Sort = '-created_at'

/** The fields that admins can search by. */
export const filterableFields = fieldNames.filter(field => metaOf(field).filterable)
/** The filterable choice fields. Each is a filter with the name of the field. */
export const choiceFields = filterableFields.filter(field => metaOf(field).input === 'choice')
