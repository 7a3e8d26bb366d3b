import mongoose from 'mongoose'

// What a team would write with Mongoose, as its documentation shows.

interface UserEvent {
  type: string
  data: { id?: string, updated_at?: number }
}

const profileSchema = new mongoose.Schema({
  clerk_id: { type: String, required: true, unique: true },
  birthday: String,
  country: String,
  bio: String,
  clerk_updated_at: Date,
  deleted_at: Date,
}, { timestamps: true })
const deliverySchema = new mongoose.Schema({
  _id: String,
  type: String,
  clerk_id: String,
  outcome: String,
  attempts: Number,
}, { timestamps: true })

export const Profile = mongoose.models.Profile ?? mongoose.model('Profile', profileSchema)
const Delivery = mongoose.models.Delivery ?? mongoose.model('Delivery', deliverySchema)

export const connect = (uri: string) => mongoose.connect(uri)

/** The guide's way: one write for an event, whatever came before it. */
export async function storeProfile({ type, data }: UserEvent): Promise<void> {
  const clerk_updated_at = new Date(data.updated_at!)
  if (type === 'user.deleted') await Profile.deleteOne({ clerk_id: data.id })
  else await Profile.updateOne({ clerk_id: data.id }, { clerk_updated_at }, { upsert: true })
}

/** As much work as Addendum's: an old event changes nothing, and each message is recorded. */
export async function storeAndRecord({ type, data }: UserEvent, messageId: string): Promise<void> {
  const outcome = await storeNewer({ type, data })
  await Delivery.updateOne(
    { _id: messageId },
    { $set: { type, clerk_id: data.id, outcome }, $inc: { attempts: 1 } },
    { upsert: true },
  )
}

async function storeNewer({ type, data }: UserEvent): Promise<'applied' | 'stale'> {
  if (type === 'user.deleted') {
    await Profile.updateOne({ clerk_id: data.id }, { deleted_at: new Date() }, { upsert: true })
    return 'applied'
  }
  const version = new Date(data.updated_at!)
  const older = { clerk_id: data.id, deleted_at: null, clerk_updated_at: { $lte: version } }
  try {
    await Profile.updateOne(older, { clerk_updated_at: version }, { upsert: true })
    return 'applied'
  }
  catch (error) {
    if ((error as { code?: number }).code === 11_000) return 'stale'
    throw error
  }
}
