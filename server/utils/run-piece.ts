import type { SyncRun } from '../../shared/sync.ts'
import type { RunOptions } from '../sync/run.ts'
import { answer } from './errors.ts'
import { syncOptions } from './sync-options.ts'

/** How long a request works on a run before it answers, in milliseconds. The next request continues. */
const patienceMS = 5_000
/** The last piece of work, which may wait for Clerk, ends by then, in milliseconds. */
const timeoutMS = 15_000

/** Works on a run for a few seconds, as every platform allows, and answers how far it has come. */
export async function runPiece(run: (options: RunOptions) => Promise<SyncRun>): Promise<{ run: SyncRun }> {
  return { run: await answer(run({ ...syncOptions(), patienceMS }), timeoutMS) }
}
