import { join } from 'node:path'
import { addServerHandler, addServerPlugin, createResolver, defineNuxtModule, useLogger } from 'nuxt/kit'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { password, people } from '../../local-clerk/seed.ts'
import { publish } from './publish.ts'

const keyNames = [
  'NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY',
  'CLERK_PUBLISHABLE_KEY',
  'NUXT_CLERK_SECRET_KEY',
  'CLERK_SECRET_KEY',
]

/**
 * Starts Local Clerk in development if no Clerk key is set, and serves it at `/__clerk` on the app's own origin. A
 * build contains it only with LOCAL_CLERK=1.
 */
export default defineNuxtModule({
  meta: { name: 'local-clerk' },
  async setup(_options, nuxt) {
    const { resolve } = createResolver(import.meta.url)
    const handler = resolve('./runtime/proxy')
    const addProxy = () => ['/__clerk', '/__clerk/**'].forEach(route => addServerHandler({ route, handler }))
    if (!nuxt.options.dev) {
      if (process.env.LOCAL_CLERK !== '1') return
      addProxy()
      addServerPlugin(resolve('./runtime/start'))
      return
    }
    if (keyNames.some(name => process.env[name])) return

    const logger = useLogger('local-clerk')
    const { baseURL } = nuxt.options.app
    const clerk = await startLocalClerk({
      dataDir: join(nuxt.options.rootDir, '.data', 'local-clerk'),
      path: `${baseURL}__clerk`,
      publish,
      log: line => logger.info(line),
    })
    // Accept the secret of `npm run trigger` as well as Local Clerk's.
    const secrets = [process.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET, clerk.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET]
      .filter(Boolean)
      .join(' ')
    const before = { ...process.env }
    Object.assign(process.env, clerk.env, { NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secrets })
    addProxy()
    nuxt.hook('listen', (_server, listener) => {
      const url = new URL(listener.url)
      clerk.webhooks.setUrl(new URL(`${baseURL}api/webhooks`, url).href)
      logger.box(
        [
          `App             ${url.origin}${baseURL}`,
          `Local Clerk     ${url.origin}${baseURL}__clerk/`,
          `Accounts        ${people.map(({ email_address }) => email_address?.[0]).join(', ')}`,
          `Password        ${password}, or the emailed code 424242`,
          'More people     npm run seed',
        ].join('\n'),
      )
    })
    nuxt.hook('close', async () => {
      for (const name of Object.keys(clerk.env)) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name)
        else process.env[name] = before[name]
      }
      await clerk.stop()
    })
  },
})
