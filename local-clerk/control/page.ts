import { readFile } from 'node:fs/promises'

/** The parts of the page in their order: a section of the page has its markup and its script in one file. */
const names = [
  'head', 'styles', 'shell', 'messages', 'users', 'user', 'organizations', 'organization', 'settings', 'testing', 'end',
]

/**
 * The control page. Node and Nuxt's development server read the files beside this module. A production build is a
 * bundle without those files: there Nitro, which sets `import.meta.nitro`, inlines the imported HTML as strings.
 */
export async function readControlPage(): Promise<string> {
  const parts = import.meta.nitro
    ? await importParts()
    : await Promise.all(names.map(name => readFile(new URL(`page/${name}.html`, import.meta.url), 'utf8')))
  return parts.join('')
}

/** Bundlers need each name as it is. */
async function importParts(): Promise<string[]> {
  const parts = await Promise.all([
    import('./page/head.html'),
    import('./page/styles.html'),
    import('./page/shell.html'),
    import('./page/messages.html'),
    import('./page/users.html'),
    import('./page/user.html'),
    import('./page/organizations.html'),
    import('./page/organization.html'),
    import('./page/settings.html'),
    import('./page/testing.html'),
    import('./page/end.html'),
  ])
  return parts.map(part => part.default)
}
