import { defineConfig } from 'tsdown'

/** Bundles the source that the app runs; nothing is copied. */
export default defineConfig({
  entry: ['index.ts', 'mongodb.ts'],
  platform: 'node',
  dts: true,
})
