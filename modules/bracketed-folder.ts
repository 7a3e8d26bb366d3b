import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { defineNuxtModule } from 'nuxt/kit'
import { scanExports } from 'unimport'

/** Nuxt finds composables with glob patterns, which fail if the path contains brackets, as in `my app (1)`. */
export default defineNuxtModule({
  meta: { name: 'bracketed-folder' },
  setup(_options, nuxt) {
    const { srcDir } = nuxt.options
    if (!/[()[\]{}]/.test(srcDir)) return
    nuxt.hook('imports:extend', async (imports) => {
      for (const folder of ['composables', 'utils']) {
        const files = await readdir(join(srcDir, folder))
        const found = await Promise.all(files.map(file => scanExports(join(srcDir, folder, file), true)))
        imports.push(...found.flat())
      }
    })
  },
})
