import { defineCommand, runMain } from 'citty'
import { catchUp } from '../server/sync/catch-up.ts'
import { createProgress, finish, interruption, prepare, print, syncArgs, syncHelp } from './sync-command.ts'

const main = defineCommand({
  meta: {
    name: 'npm run catch-up --',
    description: [
      'Asks Clerk which users changed since the last catch-up, and applies the changes to their profiles. The first',
      'one reads all users.',
      '',
      syncHelp,
    ].join('\n'),
  },
  args: syncArgs,
  run: ({ args }) => finish(args, syncArgs, async () => {
    const dryRun = Boolean(args['dry-run'])
    const run = await catchUp({
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
