import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Route {
  path: string
  /** Absent when the route accepts any method. */
  method?: string
}

/** 'GET /api/me', 'ANY /api/webhooks'. */
export const byName = (routes: Route[]) => routes.map(({ path, method }) => `${method ?? 'ANY'} ${path}`).sort()

/** The API routes of a built server, from the list of handlers that Nitro compiles into it. */
export async function builtRoutes(entry: string): Promise<Route[]> {
  const folder = dirname(entry)
  const files = (await readdir(folder, { recursive: true })).filter(
    file => file.endsWith('.mjs') && !file.includes('node_modules'),
  )
  const texts = await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')))
  return texts
    .flatMap(text => [...text.matchAll(/\{\s*"?route"?:\s*(["'])(\/api\/.*?)\1([^{}]*)\}/g)])
    .map(([, , path, rest]) => ({ path: path!, method: /method:\s*["'](\w+)["']/.exec(rest!)?.[1]?.toUpperCase() }))
}
