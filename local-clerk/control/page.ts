import { readFile } from 'node:fs/promises'

/**
 * The control page. Node and Nuxt's development server read the file beside this module. A production build is a
 * bundle without that file: there Nitro, which sets `import.meta.nitro`, inlines the imported HTML as a string.
 */
export async function readControlPage(): Promise<string> {
  if (import.meta.nitro) return (await import('./page.html')).default
  return readFile(new URL('page.html', import.meta.url), 'utf8')
}
