import { nextTick } from 'vue'
import script from '~/assets/early-input.js?raw'

declare global {
  interface Window {
    /** Ends the listening, and returns what assets/early-input.js has heard. */
    takeEarlyInput?: () => {
      inputs: Map<HTMLInputElement, { value?: string, checked?: boolean }>
      /** The last button that was pressed, or a form that was submitted without one. */
      pressed?: HTMLElement
    }
  }
}

/**
 * Repeats what a visitor typed and pressed before Vue had hydrated the page, which would lose it. On a slow line, the
 * scripts take seconds to come; the inline script is there with the page.
 */
export default defineNuxtPlugin((nuxt) => {
  if (import.meta.server) {
    useHead({ script: [{ innerHTML: script, tagPriority: 'critical' }] })
    return
  }
  nuxt.hooks.hookOnce('app:suspense:resolve', async () => {
    // By then, Vue has set the inputs to what the server rendered, and the components are mounted.
    await nextTick()
    // A policy may have kept the inline script from running: then there is nothing to repeat.
    const { inputs = [], pressed } = window.takeEarlyInput?.() ?? {}
    for (const [input, kept] of inputs) {
      Object.assign(input, kept)
      for (const name of ['input', 'change']) input.dispatchEvent(new Event(name, { bubbles: true }))
    }
    await nextTick()
    if (pressed instanceof HTMLFormElement) pressed.requestSubmit()
    else pressed?.click()
  })
})
