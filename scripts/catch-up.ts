import { runMain } from 'citty'
import { catchUp } from '../server/sync/catch-up.ts'
import { defineSyncCommand } from './sync-command.ts'

const description = [
  'Asks Clerk which users changed since the last catch-up, and applies the changes to their profiles. The first one',
  'reads all users.',
]

await runMain(defineSyncCommand('catch-up', description, catchUp))
