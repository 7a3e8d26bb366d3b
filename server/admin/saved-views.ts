import type { SavedView } from '../../shared/search.ts'
import { collection } from '../database/connection.ts'
import type { SavedViewDocument } from '../database/saved-views.ts'
import type { createIdentities } from '../clerk/identities.ts'
import { durable } from '../database/durable.ts'
import { TooManyViews } from '../errors.ts'

type Named = Pick<ReturnType<typeof createIdentities>, 'find' | 'search'>

/** The users that a query identifies: by id, by a text that matches only one user, or by a whole email address. */
async function namedBy(query: string, identities: Named): Promise<string[]> {
  const parameters = new URLSearchParams(query)
  const ids = parameters.getAll('clerk_id').flatMap(each => each.split(','))
  const q = parameters.get('q')?.trim()
  if (!q) return ids
  const found = await identities.search(q)
  if (found.ids.length === 1 && !found.more) return [...ids, ...found.ids]
  const users = await identities.find(found.ids)
  const named = found.ids.filter(id => users.get(id)?.email?.toLowerCase() === q.toLowerCase())
  return [...ids, ...named]
}

const views = () => collection<SavedViewDocument>('saved_views')

/** The maximum number of views per admin. */
const most = 50

/** Lists an admin's views, sorted by name. */
export async function listViews(clerk_id: string): Promise<SavedView[]> {
  const rows = await (await views()).find({ clerk_id }, { sort: { name: 1 } }).toArray()
  return rows.map(({ name, query }) => ({ name, query }))
}

/**
 * Saves a view. Replaces a view with the same name.
 * @throws TooManyViews when the admin has the maximum number of views
 * @throws ClerkUnavailable when the view searches by name and Clerk is not responding
 */
export async function saveView(clerk_id: string, { name, query }: SavedView, identities: Named): Promise<SavedView> {
  const about = await namedBy(query, identities)
  const stored = await views()
  const others = await stored.countDocuments({ clerk_id, name: { $ne: name } })
  if (others >= most) throw new TooManyViews(`You have ${most} saved views, which is the maximum. Delete one first`)
  await stored.updateOne(
    { clerk_id, name },
    { $set: { query, about, saved_at: new Date() } },
    { upsert: true, writeConcern: durable },
  )
  return { name, query }
}

/** Deletes a view, if it exists. */
export async function deleteView(clerk_id: string, name: string): Promise<void> {
  await (await views()).deleteOne({ clerk_id, name }, { writeConcern: durable })
}
