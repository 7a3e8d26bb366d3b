import { withoutBase } from '#shared/base-path'

/**
 * Follows the links below an element as `<NuxtLink>` does: one handler for a list of hundreds, which costs the
 * server a component each otherwise. What the browser does better is left to it: new tabs, files, other hosts.
 */
export async function followLink(event: MouseEvent): Promise<void> {
  const link = (event.target as Element).closest('a')
  // By attributes: an SVG's links have no such texts.
  const href = link?.getAttribute('href')
  if (!link || !href || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const { origin, pathname, search, hash } = new URL(href, location.href)
  const path = withoutBase(pathname, useRuntimeConfig().app.baseURL)
  if (origin !== location.origin || path.startsWith('/api/') || link.hasAttribute('target') || link.hasAttribute('download')) return
  event.preventDefault()
  await navigateTo(path + search + hash)
}
