import { createHmac, timingSafeEqual } from 'node:crypto'
import mongoose from 'mongoose'
import type { Sort } from '../../../shared/search.ts'
import type { Position } from './order.ts'

const { EJSON } = mongoose.mongo.BSON

/** Where another page starts, and which way it goes. */
export interface Cursor {
  sort: Sort
  way: 'next' | 'previous'
  /** The day that the order and the ages are counted from: pages fit together over midnight. */
  today: string
  position: Position
}

/** The cursor is none that this app gave for this order. */
export class InvalidCursor extends Error {}

/** Of the key for other things, so that nothing signed here counts elsewhere. */
const sign = (text: string, secret: string) => createHmac('sha256', `cursor ${secret}`).update(text).digest().subarray(0, 16)

/** A cursor as text for a URL, signed: it goes into a query of the database when it comes back. */
export function encodeCursor(cursor: Cursor, secret: string): string {
  const text = EJSON.stringify(cursor, { relaxed: false })
  return `${sign(text, secret).toString('base64url')}.${Buffer.from(text).toString('base64url')}`
}

/** @throws InvalidCursor when it was not signed here, or is of another order */
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
