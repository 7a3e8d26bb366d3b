import { deliveryFilterNames } from '#shared/delivery-fields'

/** The filters of the deliveries in the URL of `/admin/sync`, by parameter. */
export type DeliveryFilters = Record<string, string>

/** Reads the filters of a URL or a form, without empty values. */
export function readDeliveryFilters(query: Record<string, unknown>): DeliveryFilters {
  const texts = deliveryFilterNames.map((name) => {
    const values = [query[name]].flat().filter((each): each is string => typeof each === 'string' && each.trim() !== '')
    return [name, name === 'outcome' ? values.join(',') : values.at(-1)?.trim() ?? ''] as const
  })
  return Object.fromEntries(texts.filter(([, text]) => text !== ''))
}

/** The path of `/admin/sync` with some filters changed; '' removes one. */
export function syncPath(filters: DeliveryFilters, changes: DeliveryFilters = {}): string {
  const texts = Object.entries({ ...filters, ...changes }).filter(([, text]) => text !== '')
  // Commas and colons need no escape in a query, and are easier to read.
  const search = new URLSearchParams(texts).toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
  return search ? `/admin/sync?${search}` : '/admin/sync'
}
