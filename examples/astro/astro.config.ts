import node from '@astrojs/node'
import clerk from '@clerk/astro'
import { defineConfig } from 'astro/config'

export default defineConfig({
  integrations: [clerk()],
  adapter: node({ mode: 'standalone' }),
  output: 'server',
  server: {
    port: Number(process.env.PORT ?? 3000),
    // A tunnel's host.
    allowedHosts: process.env.ALLOWED_HOSTS?.split(','),
  },
})
