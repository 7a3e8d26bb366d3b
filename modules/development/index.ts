import { join } from 'node:path'
import { addServerHandler, createResolver, defineNuxtModule, useLogger } from 'nuxt/kit'
import { startEmbeddedMongoDB } from './embedded-mongodb.ts'
import { developmentSecret } from './webhook-secret.ts'

/**
 * The extras of `npm run dev`: an embedded MongoDB and a webhook signing secret unless the environment sets them, the
 * hosts of a tunnel, and the API's description at /api/openapi.json. A build contains none of them.
 */
export default defineNuxtModule({
  meta: { name: 'development' },
  async setup(_options, nuxt) {
    if (!nuxt.options.dev) return
    // Nuxt's CLI runs this in a child process, which would outlive a killed parent.
    process.once('disconnect', () => process.exit())
    const logger = useLogger('addendum')
    const dataDir = join(nuxt.options.rootDir, '.data')
    // Nuxt restarts in the same process, so remove the variables that this module set.
    const set: string[] = []
    nuxt.hook('close', () => {
      for (const name of set) Reflect.deleteProperty(process.env, name)
    })

    if (!process.env.MONGODB_URI) {
      const mongodb = await startEmbeddedMongoDB(dataDir, line => logger.info(line))
      process.env.MONGODB_URI = mongodb.uri
      set.push('MONGODB_URI')
      nuxt.hook('close', () => mongodb.stop())
      logger.success(`MongoDB is running at ${mongodb.uri}, with its data in .data/mongodb`)
    }
    if (!process.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET && !process.env.CLERK_WEBHOOK_SIGNING_SECRET) {
      process.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET = await developmentSecret(dataDir)
      set.push('NUXT_CLERK_WEBHOOK_SIGNING_SECRET')
      logger.info('Webhooks are verified with the secret in .data/webhook-secret; `npm run trigger` signs with it')
    }
    addServerHandler({
      route: '/api/openapi.json',
      method: 'get',
      handler: createResolver(import.meta.url).resolve('./runtime/openapi'),
    })
    const hosts = process.env.ALLOWED_HOSTS?.split(/[\s,]+/).filter(Boolean)
    if (hosts?.length) {
      nuxt.options.vite.server = { ...nuxt.options.vite.server, allowedHosts: hosts }
    }
  },
})
