import { withoutBase } from '#shared/base-path'

/** A press that another handler took, or that opens a new tab or window. */
function isForBrowser({ defaultPrevented, button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey
}

/**
 * A click handler that makes the plain links in an element navigate as `<NuxtLink>` does. One handler serves hundreds
 * of links, which would cost the server a component each. New tabs, downloads and other hosts are left to the browser.
 */
export async function followLink(event: MouseEvent): Promise<void> {
  const link = (event.target as Element).closest('a')
  // By attribute: the href property of an SVG link is no string.
  const href = link?.getAttribute('href')
  if (!link || !href || isForBrowser(event) || link.hasAttribute('target') || link.hasAttribute('download')) return
  const { origin, pathname, search, hash } = new URL(href, location.href)
  const path = withoutBase(pathname, useRuntimeConfig().app.baseURL)
  if (origin !== location.origin || path.startsWith('/api/')) return
  event.preventDefault()
  await navigateTo(path + search + hash)
}
