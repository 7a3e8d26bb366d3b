import { model, Schema } from 'mongoose'
import type { InferSchemaType } from 'mongoose'
import { outcomes } from '../../shared/deliveries.ts'
import { deliveryRetention } from './retention.ts'

const schema = new Schema(
  {
    /** The svix-id header: the same at every attempt. */
    _id: { type: String, required: true },
    type: String,
    clerk_id: String,
    instance_id: String,
    outcome: { type: String, enum: outcomes },
    attempts: Number,
    first_received_at: Date,
    last_received_at: Date,
    /** The envelope's timestamp. */
    event_at: Date,
    /** From event_at to the arrival of the attempt with this outcome. */
    lag_ms: Number,
    /** From the arrival of that attempt to its outcome. */
    duration_ms: Number,
    error: String,
  },
  { collection: 'deliveries', versionKey: false },
)

schema.index({ clerk_id: 1, last_received_at: 1 })
// Few messages fail, so this index costs next to nothing. Lists and counts of failed messages read it alone.
schema.index({ outcome: 1, last_received_at: 1 }, { partialFilterExpression: { outcome: 'failed' } })
schema.index({ last_received_at: 1 }, { expireAfterSeconds: deliveryRetention })

export type DeliveryDocument = InferSchemaType<typeof schema>

/** For server/sync and modules that read deliveries. They return plain objects. */
export const Delivery = model('Delivery', schema)
