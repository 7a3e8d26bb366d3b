import { createHmac, timingSafeEqual } from 'node:crypto'
import mongoose from 'mongoose'
import type { Sort } from '../../../shared/search.ts'
import type { Position } from './order.ts'
import { InvalidCursor } from '../../errors.ts'

const { EJSON } = mongoose.mongo.BSON

/** Where another page starts, and in which direction. */
export interface Cursor {
  sort: Sort
  direction: 'next' | 'previous'
  /** The day that the order and the ages are counted from: pages fit together over midnight. */
  today: string
  position: Position
}

/** Names what is signed and the version of its form: nothing else that the secret signs counts as a cursor. */
const purpose = 'cursor 2'

function sign(text: string, secret: string): Buffer {
  return createHmac('sha256', `${purpose} ${secret}`).update(text).digest().subarray(0, 16)
}

/** A cursor as text for a URL, signed: it goes into a query of the database when it comes back. */
export function encodeCursor(cursor: Cursor, secret: string): string {
  const text = EJSON.stringify(cursor, { relaxed: false })
  return `${sign(text, secret).toString('base64url')}.${Buffer.from(text).toString('base64url')}`
}

/** @throws InvalidCursor when it was not signed by this app, or belongs to another order */
export function decodeCursor(encoded: string, sort: Sort, secret: string): Cursor {
  const [signature = '', payload = ''] = encoded.split('.').map(part => Buffer.from(part, 'base64url'))
  const text = payload.toString()
  const expected = sign(text, secret)
  if (signature.length === expected.length && timingSafeEqual(signature as Buffer, expected)) {
    const cursor = EJSON.parse(text) as Cursor
    if (cursor.sort === sort) return cursor
  }
  throw new InvalidCursor('Take the cursor from next_cursor or previous_cursor of a page with the same sort')
}
