import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addTemplate, addTypeTemplate, defineNuxtModule } from 'nuxt/kit'
import { drawWorld } from './draw.ts'

/**
 * Draws a map of the world at build time, so that browsers load no map library. The shapes are in an SVG file, which is
 * cached like other assets and is not part of any page's HTML. `#build/world-map.mjs` describes its contents.
 */
export default defineNuxtModule({
  meta: { name: 'world-map' },
  async setup(_options, nuxt) {
    const atlas = JSON.parse(
      await readFile(fileURLToPath(import.meta.resolve('world-atlas/countries-110m.json')), 'utf8'),
    )
    const { svg, width, height, countries } = drawWorld(atlas)
    const file = join(nuxt.options.buildDir, 'world-map.svg')
    // Not a template, because Nuxt keeps templates in memory and Vite reads assets from disk.
    nuxt.hook('build:before', () => writeFile(file, svg))
    addTemplate({
      filename: 'world-map.mjs',
      getContents: () =>
        [
          `import shapes from ${JSON.stringify(`${file}?url`)}`,
          `export default { shapes, ...${JSON.stringify({ width, height, countries })} }`,
        ].join('\n'),
    })
    // Has the name of the template, to replace the untyped declaration that Nuxt generates for it.
    addTypeTemplate({
      filename: 'world-map.d.ts',
      getContents: () => `declare module '#build/world-map.mjs' {
  const map: {
    /** The URL of the shapes. The id of a shape is its country; 'rest' is land outside of ISO 3166-1's countries. */
    shapes: string
    width: number
    height: number
    /** The ISO 3166-1 alpha-2 codes of the countries on the map. Very small countries are missing. */
    countries: string[]
  }
  export default map
}
`,
    })
  },
})
