import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What a page did that it should not. */
export interface Complaints {
  /** Requests to another origin than the app's. */
  foreign: string[]
  /** Console errors, exceptions, and breaches of the Content-Security-Policy. */
  errors: string[]
}

/** Writes down what a page does, from now on. */
export async function watch(page: Page, origin: string): Promise<Complaints> {
  const complaints: Complaints = { foreign: [], errors: [] }
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url()))
      complaints.foreign.push(request.url())
  })
  page.on('console', (message) => {
    // Chromium tells of a document that is an error too; its status is looked at elsewhere.
    const ofDocument = message.text().startsWith('Failed to load resource') && message.location().url === page.url()
    // A session's token lasts a minute: what is refused is asked again with a new one.
    const isRefused = message.text().includes('the server responded with a status of 401')
    const isWrong = message.type() === 'error' || message.text().startsWith('[Vue warn]')
    if (isWrong && !ofDocument && !isRefused) complaints.errors.push(`${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', error => complaints.errors.push(error.message))
  await page.exposeFunction('complain', (text: string) => complaints.errors.push(text))
  await page.addInitScript(() =>
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      // @ts-expect-error exposed above
      complain(`${violatedDirective} forbids ${blockedURI}`)
    }),
  )
  return complaints
}

/** Vue has taken over the server's HTML, and what moves by itself has come to rest. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const root = document.querySelector('#__nuxt') as { __vue_app__?: { $nuxt: { isHydrating: boolean } } } | null
    return root?.__vue_app__?.$nuxt.isHydrating === false
  })
  await rest(page)
}

/** Colours and places are final: axe measures no transition's half way. */
export async function rest(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every(
      ({ playState, timeline, effect }) =>
        // Scrolling drives some, and some never end.
        playState !== 'running'
        || timeline !== document.timeline
        || effect?.getComputedTiming().iterations === Infinity,
    ),
  )
}

/** @returns the violations that axe finds on the page as it stands, a line each; contrast it cannot judge is none */
export const violations = (page: Page) => analyze(page, new AxeBuilder({ page }))

/** @returns the violations of the rules that look at colours: enough for a page whose other theme was analyzed whole */
export const colorViolations = (page: Page) =>
  analyze(page, new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']))

async function analyze(page: Page, builder: AxeBuilder): Promise<string[]> {
  await rest(page)
  const result = await builder.analyze()
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
}
