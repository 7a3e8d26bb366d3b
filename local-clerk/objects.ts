import { errors } from './errors.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'

/** An object as it is stored, and answered. Times are in milliseconds since the epoch. */
export type Stored<Fields extends object> = Fields & {
  object: string
  id: string
  created_at: number
  updated_at: number
}

/**
 * The Backend API's objects of one type that are only stored and read.
 * @param object  Clerk's name of the type
 * @param prefix  of an id
 */
export function createObjects<Fields extends object>(store: Store, object: string, prefix: string) {
  function find(id: string): Stored<Fields> | undefined {
    const row = store.get<{ data: string }>('select data from objects where id = ? and object = ?', id, object)
    return row && JSON.parse(row.data)
  }

  function get(id: string): Stored<Fields> {
    const found = find(id)
    if (!found) throw errors.notFound(object.replaceAll('_', ' '))
    return found
  }

  function save(stored: Stored<Fields>): Stored<Fields> {
    store.run(
      `insert into objects (id, object, data) values (?, ?, ?) on conflict (id) do update set data = excluded.data`,
      stored.id,
      object,
      JSON.stringify(stored),
    )
    return stored
  }

  return {
    find,
    get,

    /** The newest first. */
    list(): Stored<Fields>[] {
      const rows = store.all<{ data: string }>('select data from objects where object = ? order by rowid desc', object)
      return rows.map(({ data }) => JSON.parse(data))
    },

    /** Those with this value in a field, the newest first. There are indexes for the ids of users and organizations. */
    where(field: keyof Fields & string, value: string): Stored<Fields>[] {
      const rows = store.all<{ data: string }>(
        `select data from objects where object = ? and json_extract(data, '$.${field}') = ? order by rowid desc`,
        object,
        value,
      )
      return rows.map(({ data }) => JSON.parse(data))
    },

    create(fields: Fields): Stored<Fields> {
      const now = Date.now()
      return save({ object, id: newId(prefix), ...fields, created_at: now, updated_at: now })
    },

    /** @throws ClerkError when there is none */
    update(id: string, fields: Partial<Fields>): Stored<Fields> {
      return save({ ...get(id), ...fields, updated_at: Date.now() })
    },

    /** @throws ClerkError when there is none */
    remove(id: string): { object: string, id: string, deleted: true } {
      get(id)
      store.run('delete from objects where id = ?', id)
      return { object, id, deleted: true }
    },
  }
}
