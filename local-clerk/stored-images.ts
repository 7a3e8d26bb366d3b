import type { Store } from './store.ts'

export type StoredImages = ReturnType<typeof createStoredImages>

/**
 * The pictures that users and organizations have uploaded, by their ids.
 * @param baseUrl  where browsers find the Frontend API: a path of the app's origin, or a URL
 */
export function createStoredImages(store: Store, baseUrl: string) {
  const urlOf = (id: string) => `${baseUrl}/images/${id}`

  return {
    /** Of the default picture, until one is uploaded. */
    urlOf,

    find: (id: string) =>
      store.get<{ type: string, bytes: Uint8Array }>('select type, bytes from images where id = ?', id),

    /** @returns a new URL, because browsers cache the image under the old one */
    save(id: string, type: string, bytes: Uint8Array): string {
      store.run(
        `insert into images (id, type, bytes) values (?, ?, ?)
         on conflict (id) do update set type = excluded.type, bytes = excluded.bytes`,
        id,
        type,
        bytes,
      )
      return `${urlOf(id)}?v=${Date.now()}`
    },

    remove(id: string): void {
      store.run('delete from images where id = ?', id)
    },
  }
}
