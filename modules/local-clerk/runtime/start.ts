import { defineNitroPlugin, useRuntimeConfig } from 'nitropack/runtime'
import { startLocalClerk } from '../../../local-clerk/index.ts'
import { checkNode } from '../../../server/utils/check-node.ts'
import { publish } from '../publish.ts'

checkNode()

const { baseURL } = useRuntimeConfig().app
// Awaited while the server loads, so that no request arrives before the keys are set.
const clerk
  = process.env.LOCAL_CLERK === '1' && !process.env.LOCAL_CLERK_URL
    ? await startLocalClerk({
        dataDir: '.data/local-clerk',
        path: `${baseURL}__clerk`,
        webhookUrl: `http://localhost:${process.env.NITRO_PORT || process.env.PORT || 3000}${baseURL}api/webhooks`,
        publish,
        log: console.log,
      })
    : undefined
if (clerk) Object.assign(process.env, clerk.env)

/** Runs Local Clerk with a production build if LOCAL_CLERK=1 is set. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('close', () => clerk?.stop())
})
