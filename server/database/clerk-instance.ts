import { WrongInstance } from '../errors.ts'
import { collection } from './connection.ts'
import { durable } from './durable.ts'

/** The Clerk instance that the database belongs to. */
interface InstanceDocument {
  _id: 'clerk'
  /** Such as 'ins_2abc'. */
  instance_id: string
  bound_at: Date
}

const instances = () => collection<InstanceDocument>('clerk_instance')

/** @returns null while the database belongs to no instance */
export async function readInstance(): Promise<string | null> {
  return (await (await instances()).findOne({ _id: 'clerk' }))?.instance_id ?? null
}

/**
 * Makes sure that the database belongs to an instance. A database that belongs to none belongs to this one from now on.
 * @throws WrongInstance when it belongs to another one
 */
export async function bindInstance(instance_id: string): Promise<void> {
  const bound = await (await instances()).findOneAndUpdate(
    { _id: 'clerk' },
    { $setOnInsert: { instance_id, bound_at: new Date() } },
    { upsert: true, returnDocument: 'after', writeConcern: durable },
  )
  if (bound!.instance_id !== instance_id) throw new WrongInstance(describeMismatch(bound!.instance_id, instance_id))
}

/** Moves the database to another instance. The versions of the old one's users stay. */
export async function moveToInstance(instance_id: string): Promise<void> {
  await (await instances()).updateOne(
    { _id: 'clerk' },
    { $set: { instance_id, bound_at: new Date() } },
    { upsert: true, writeConcern: durable },
  )
}

/** What is wrong when the database belongs to another instance, and what to do. */
export function explainMismatch(bound: string, other: string): { found: string, mend: string } {
  return {
    found: `The database belongs to the Clerk instance ${bound}, not to ${other}`,
    mend: `Use the keys and the webhook endpoint of ${bound}, or another database. `
      + `To move the database: npm run instance -- --move ${other}`,
  }
}

export function describeMismatch(bound: string, other: string): string {
  const { found, mend } = explainMismatch(bound, other)
  return `${found}. ${mend}`
}
