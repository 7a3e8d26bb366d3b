import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addTemplate, addTypeTemplate, defineNuxtModule } from 'nuxt/kit'
import { drawWorld } from './draw.ts'

/**
 * A map of the world, drawn when the app is built: no library for it is sent to a browser. The shapes are an SVG
 * file, which is cached as any asset and is in no page's HTML, and `#build/world-map.mjs` says what is in it.
 */
export default defineNuxtModule({
  meta: { name: 'world-map' },
  async setup(_options, nuxt) {
    const atlas = JSON.parse(
      await readFile(fileURLToPath(import.meta.resolve('world-atlas/countries-110m.json')), 'utf8'),
    )
    const { svg, width, height, countries } = drawWorld(atlas)
    const file = join(nuxt.options.buildDir, 'world-map.svg')
    // Not a template: Nuxt would keep it in memory, and Vite reads assets from the disk.
    nuxt.hook('build:before', () => writeFile(file, svg))
    addTemplate({
      filename: 'world-map.mjs',
      getContents: () =>
        [
          `import shapes from ${JSON.stringify(`${file}?url`)}`,
          `export default { shapes, ...${JSON.stringify({ width, height, countries })} }`,
        ].join('\n'),
    })
    // Named as the template, in place of the declaration without types that Nuxt makes of it.
    addTypeTemplate({
      filename: 'world-map.d.ts',
      getContents: () => `declare module '#build/world-map.mjs' {
  const map: {
    /** Where the shapes are: each is named by its country, and 'rest' is the land of no country in ISO 3166-1. */
    shapes: string
    width: number
    height: number
    /** ISO 3166-1 alpha-2, of those large enough to be on the map. */
    countries: string[]
  }
  export default map
}
`,
    })
  },
})
