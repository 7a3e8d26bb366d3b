import { createHmac, timingSafeEqual } from 'node:crypto'
import { mongo } from 'mongoose'

// What a team would write for speed: node:crypto and MongoDB's own driver, with as much work as Addendum's.

interface UserEvent {
  type: string
  data: { id: string, updated_at: number }
}
interface Profile {
  clerk_id: string
  clerk_updated_at?: Date
  deleted_at?: Date
}
interface Delivery {
  _id: string
  attempts: number
}

const key = Buffer.from(process.env.CLERK_WEBHOOK_SIGNING_SECRET!.replace('whsec_', ''), 'base64')
const client = new mongo.MongoClient(process.env.MONGODB_URI!)
const profiles = client.db().collection<Profile>('profiles')
const deliveries = client.db().collection<Delivery>('deliveries')
await profiles.createIndex({ clerk_id: 1 }, { unique: true })

export function isSigned(headers: Record<string, string | string[] | undefined>, body: Buffer): boolean {
  const timestamp = String(headers['svix-timestamp'])
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) < 300)) return false
  const text = createHmac('sha256', key).update(`${headers['svix-id']}.${timestamp}.`).update(body).digest('base64')
  const expected = Buffer.from(`v1,${text}`)
  return String(headers['svix-signature']).split(' ').some((signature) => {
    const given = Buffer.from(signature)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

export async function storeAndRecord({ type, data }: UserEvent, messageId: string): Promise<void> {
  const outcome = await storeNewer({ type, data })
  await deliveries.updateOne(
    { _id: messageId },
    { $set: { type, clerk_id: data.id, outcome, last_received_at: new Date() }, $inc: { attempts: 1 } },
    { upsert: true },
  )
}

async function storeNewer({ type, data }: UserEvent): Promise<'applied' | 'stale'> {
  if (type === 'user.deleted') {
    await profiles.updateOne({ clerk_id: data.id }, { $set: { deleted_at: new Date() } }, { upsert: true })
    return 'applied'
  }
  const version = new Date(data.updated_at)
  const older = { clerk_id: data.id, deleted_at: { $exists: false }, clerk_updated_at: { $lte: version } }
  try {
    await profiles.updateOne(older, { $set: { clerk_updated_at: version } }, { upsert: true })
    return 'applied'
  }
  catch (error) {
    if ((error as { code?: number }).code === 11_000) return 'stale'
    throw error
  }
}
