import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** An id in Clerk's format: a prefix, and 27 letters and digits. */
export function newId(prefix: string): string {
  return `${prefix}_${[...randomBytes(27)].map(byte => alphabet[byte % alphabet.length]).join('')}`
}

/** The pattern of `like … escape '\\'` for values that contain a text. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}

const tables = [
  'users', 'emails', 'phones', 'compromised_passwords', 'lockouts', 'clients', 'sessions', 'attempts', 'objects',
  'images', 'seeded', 'messages',
]

export type Store = ReturnType<typeof openStore>

/** Local Clerk's state, in one SQLite file. Tables keep a JSON document, and columns for searching and sorting. */
export function openStore(file: string) {
  mkdirSync(dirname(file), { recursive: true })
  // An import would fail to load in older versions of Node, before the app reports that Node is too old.
  const sqlite = process.getBuiltinModule('node:sqlite')
  const db: DatabaseSync = new sqlite.DatabaseSync(file)
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table if not exists users (
      id text primary key,
      data text not null,
      password text,
      created_at integer not null,
      updated_at integer not null,
      last_sign_in_at integer,
      last_active_at integer,
      username text collate nocase unique,
      first_name text collate nocase,
      last_name text collate nocase,
      email_address text collate nocase
    ) strict;
    create index if not exists users_created on users (created_at);
    create index if not exists users_updated on users (updated_at);
    create table if not exists emails (address text primary key collate nocase, user_id text not null) strict;
    create index if not exists emails_user on emails (user_id);
    create table if not exists phones (number text primary key, user_id text not null) strict;
    create index if not exists phones_user on phones (user_id);
    create table if not exists compromised_passwords (user_id text primary key) strict;
    create table if not exists lockouts (user_id text primary key, until integer not null) strict;
    create table if not exists clients (id text primary key, data text not null) strict;
    create table if not exists sessions (
      id text primary key,
      client_id text not null,
      user_id text not null,
      status text not null,
      created_at integer not null,
      data text not null
    ) strict;
    create index if not exists sessions_user on sessions (user_id);
    create index if not exists sessions_client on sessions (client_id);
    create table if not exists attempts (id text primary key, data text not null) strict;
    create table if not exists objects (id text primary key, object text not null, data text not null) strict;
    create index if not exists objects_user on objects (object, json_extract(data, '$.user_id'));
    create index if not exists objects_organization on objects (object, json_extract(data, '$.organization_id'));
    create table if not exists images (id text primary key, type text not null, bytes blob not null) strict;
    create table if not exists seeded (id text primary key, published integer not null) strict;
    create table if not exists messages (
      number integer primary key,
      id text not null unique,
      type text not null,
      body text not null,
      created_at integer not null,
      state text not null,
      next_at integer,
      attempts text not null
    ) strict;
    create index if not exists messages_due on messages (next_at) where next_at is not null;
    create index if not exists messages_search on messages (number, id, type, state, json_extract(body, '$.data.id'));
  `)
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql)
    if (known) return known
    const made = db.prepare(sql)
    prepared.set(sql, made)
    return made
  }
  return {
    run: (sql: string, ...values: SQLInputValue[]) => statement(sql).run(...values),
    all: <Row>(sql: string, ...values: SQLInputValue[]) => statement(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: SQLInputValue[]) => statement(sql).get(...values) as Row | undefined,

    /** Commits all of `work`, or nothing when it throws. */
    transaction<T>(work: () => T): T {
      // A nested call joins the open transaction.
      if (db.isTransaction) return work()
      db.exec('begin immediate')
      try {
        const result = work()
        db.exec('commit')
        return result
      }
      catch (error) {
        db.exec('rollback')
        throw error
      }
    },

    reset(): void {
      for (const table of tables) db.exec(`delete from ${table}`)
    },

    close: () => db.close(),
  }
}
