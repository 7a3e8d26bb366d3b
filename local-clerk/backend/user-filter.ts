import { getQuery } from 'h3'
import type { H3Event } from 'h3'
import { containing } from '../store.ts'

type Value = string | number

/** A `where` clause for the table of users, and its values. */
export interface Filter {
  where: string
  values: Value[]
}

const timeConditions = {
  created_at_after: 'created_at >',
  created_at_before: 'created_at <',
  last_active_at_after: 'last_active_at >',
  last_active_at_since: 'last_active_at >=',
}
const searchedColumns = ['id', 'username', 'first_name', 'last_name', 'email_address']

/** Translates the query parameters of a list of users to SQL. */
export function userFilter(event: H3Event): Filter {
  const query = getQuery(event)
  const conditions: string[] = []
  const values: Value[] = []
  const add = (condition: string, ...more: Value[]) => {
    conditions.push(condition)
    values.push(...more)
  }
  // @clerk/backend repeats `user_id=…`, other clients send `user_id[]=…`.
  const valuesOf = (name: string) => [...toList(query[name]), ...toList(query[`${name}[]`])]

  const ids = valuesOf('user_id')
  if (ids.length) add(`id in (${placeholders(ids)})`, ...ids)

  const emails = valuesOf('email_address')
  if (emails.length) add(`id in (select user_id from emails where address in (${placeholders(emails)}))`, ...emails)

  const phones = valuesOf('phone_number')
  if (phones.length) add(`id in (select user_id from phones where number in (${placeholders(phones)}))`, ...phones)

  const usernames = valuesOf('username')
  if (usernames.length) add(`username in (${placeholders(usernames)})`, ...usernames)

  // `-org_1` excludes its members.
  const organizations = valuesOf('organization_id').map(id => id.trim())
  for (const operator of ['in', 'not in']) {
    const wanted = organizations.filter(id => id.startsWith('-') === (operator === 'not in'))
    const memberIds = `select json_extract(data, '$.user_id') from objects
      where object = 'organization_membership' and json_extract(data, '$.organization_id') in (${placeholders(wanted)})`
    if (wanted.length) add(`id ${operator} (${memberIds})`, ...wanted.map(id => id.replace(/^[+-]/, '')))
  }

  for (const [name, condition] of Object.entries(timeConditions)) {
    if (query[name] !== undefined) add(`${condition} ?`, Number(query[name]))
  }

  if (query.query) {
    const like = containing(String(query.query))
    const matches = searchedColumns.map(column => `${column} like ? escape '\\'`)
    matches.push(`id in (select user_id from emails where address like ? escape '\\')`)
    matches.push(`id in (select user_id from phones where number like ? escape '\\')`)
    add(`(${matches.join(' or ')})`, ...matches.map(() => like))
  }
  return { where: conditions.length ? `where ${conditions.join(' and ')}` : '', values }
}

function toList(value: unknown): string[] {
  return value === undefined ? [] : [value].flat().map(String)
}

function placeholders(values: unknown[]): string {
  return values.map(() => '?').join(', ')
}
