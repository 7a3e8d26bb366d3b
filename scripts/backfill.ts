import { defineCommand, runMain } from 'citty'
import { backfill } from '../server/sync/backfill.ts'
import { run as runJob } from '../server/sync/run.ts'
import { createProgress, finish, interruption, prepare, print, syncArgs, syncHelp } from './sync-command.ts'

const main = defineCommand({
  meta: {
    name: 'npm run backfill --',
    description: [
      'Reads all of Clerk\'s users, and creates or updates their profiles. Run it once when you install the app on a',
      'Clerk instance that already has users.',
      '',
      syncHelp,
    ].join('\n'),
  },
  args: syncArgs,
  run: ({ args }) => finish(args, syncArgs, async () => {
    const dryRun = Boolean(args['dry-run'])
    const run = await runJob(backfill, {
      ...(await prepare()),
      dryRun,
      onProgress: createProgress(),
      signal: interruption(),
    })
    if (args.json) console.log(JSON.stringify(run, undefined, 2))
    else print(run, dryRun)
    return run.error === null
  }),
})

await runMain(main)
