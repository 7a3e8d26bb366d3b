import type { H3Event } from 'h3'
import { getRequestHeader, setResponseHeader } from 'h3'

export function setEtag(event: H3Event, version: string): void {
  setResponseHeader(event, 'etag', `"${version}"`)
}

/**
 * The versions that a write may replace, from If-Match; undefined when it may replace any.
 * Proxies that compress mark an ETag as weak, so the mark is ignored.
 */
export function ifMatch(event: H3Event): string[] | undefined {
  const header = getRequestHeader(event, 'if-match')?.trim()
  if (!header || header === '*') return undefined
  return header.split(',').map(tag => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1'))
}
