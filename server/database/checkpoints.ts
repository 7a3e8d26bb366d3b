import type { mongo } from 'mongoose'
import type { RunName, SyncRun } from '../../shared/sync.ts'
import { collection } from './connection.ts'
import { LeaseLost } from './leases.ts'
import { duplicateKey, durable } from './durable.ts'

/** How far the latest run of one kind has come: a SyncRun, and what the next run needs. */
export interface CheckpointDocument<Position = unknown> {
  /** The name of the run. */
  _id: RunName
  /** The token of the lease that it was written under. */
  token: number
  state: Exclude<SyncRun['state'], 'never' | 'stopped'>
  started_at: Date
  updated_at: Date
  ended_at: Date | null
  done: number
  total: number | null
  changed: number
  error: string | null
  /** When a run of this kind last ended as 'done'; null if none has. */
  succeeded_at: Date | null
  /** Where an interrupted run continues, or what the next one needs; each kind of run has its own. */
  position: Position | null
}

const checkpoints = <Position>() => collection<CheckpointDocument<Position>>('checkpoints')

export async function readCheckpoint<Position>(name: RunName): Promise<CheckpointDocument<Position> | null> {
  return (await checkpoints<Position>()).findOne({ _id: name } as mongo.Filter<CheckpointDocument<Position>>)
}

/**
 * Stores how far a run has come. It is durable when it returns.
 * @throws LeaseLost when a process with a newer lease has written its own
 */
export async function writeCheckpoint<Position>(checkpoint: CheckpointDocument<Position>): Promise<void> {
  const { _id, token } = checkpoint
  await (await checkpoints<Position>()).replaceOne(
    { _id, token: { $lte: token } } as mongo.Filter<CheckpointDocument<Position>>,
    checkpoint as mongo.WithoutId<CheckpointDocument<Position>>,
    { upsert: true, writeConcern: durable },
  ).catch((error: mongo.MongoServerError) => {
    if (error.code === duplicateKey) throw new LeaseLost()
    throw error
  })
}
