import { runMain } from 'citty'
import { backfill } from '../server/sync/backfill.ts'
import { run } from '../server/sync/run.ts'
import { defineSyncCommand } from './sync-command.ts'

const description = [
  'Reads all of Clerk\'s users, and creates or updates their profiles. Run it once when you install the app on a Clerk',
  'instance that already has users.',
]

await runMain(defineSyncCommand('backfill', description, options => run(backfill, options)))
