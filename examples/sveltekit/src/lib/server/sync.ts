import { createSync } from '@addendum/sync'
import { mongodbStore } from '@addendum/sync/mongodb'
import { z } from 'zod'

/** The fields beside Clerk's own: each is one line here, and an input in the form. */
export const fields = {
  birthday: z.iso.date(),
  country: z.string().regex(/^[A-Z]{2}$/, 'Give a code of two letters, such as NO'),
  bio: z.string().max(500),
}

export const store = mongodbStore(process.env.MONGODB_URI ?? 'mongodb://localhost:27017/addendum', { fields })

export const sync = createSync({ store })
