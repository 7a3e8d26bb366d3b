import { createHmac, timingSafeEqual } from 'node:crypto'
import mongoose from 'mongoose'
import type { Sort } from '../../../shared/search.ts'
import type { Position } from './order.ts'
import { InvalidCursor } from '../../errors.ts'

const { EJSON } = mongoose.mongo.BSON

/** The start and the direction of a page. */
export interface Cursor {
  sort: Sort
  direction: 'next' | 'previous'
  /** The day for the order and the ages, so that the pages of a search stay consistent over midnight. */
  today: string
  position: Position
}

/** The purpose and version of the signature, so that no other text signed with the secret is valid as a cursor. */
const purpose = 'cursor 2'

function sign(text: string, secret: string): Buffer {
  return createHmac('sha256', `${purpose} ${secret}`).update(text).digest().subarray(0, 16)
}

/** Encodes a cursor for a URL. It is signed, because its values go into a database query later. */
export function encodeCursor(cursor: Cursor, secret: string): string {
  const text = EJSON.stringify(cursor, { relaxed: false })
  return `${sign(text, secret).toString('base64url')}.${Buffer.from(text).toString('base64url')}`
}

/** @throws InvalidCursor when the app did not sign it, or it belongs to another order */
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
