import { fieldNames, metaOf } from './profile.ts'

// Apart from the schemas of search.ts: a page that names fields and sorts shall not load what checks them.

/** What profiles are sorted by. By default upwards; with a minus, as in Clerk's `order_by`, downwards. */
export const sortFields = ['created_at', 'updated_at', 'birthday', 'next_birthday', 'country'] as const
export type SortField = typeof sortFields[number]
export type Sort = SortField | `-${SortField}`
export const sorts = sortFields.flatMap((field): Sort[] => [field, `-${field}`])
export const defaultSort: Sort = '-created_at'

/** The fields that admins may search by. */
export const filterableFields = fieldNames.filter(field => metaOf(field).filterable)
/** Those of a few values each, which are a filter by their name. */
export const choiceFields = filterableFields.filter(field => metaOf(field).input === 'choice')
