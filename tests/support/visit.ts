import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What a page must not do. */
export interface Complaints {
  /** Requests to another origin than the app's. */
  foreign: string[]
  /** Console errors, exceptions, and breaches of the Content-Security-Policy. */
  errors: string[]
}

/** Records a page's complaints from now on. */
export async function watch(page: Page, origin: string): Promise<Complaints> {
  const complaints: Complaints = { foreign: [], errors: [] }
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url()))
      complaints.foreign.push(request.url())
  })
  page.on('console', (message) => {
    // Chromium also logs a document with an error status, which tests check elsewhere.
    const ofDocument = message.text().startsWith('Failed to load resource') && message.location().url === page.url()
    // A session's token lasts a minute: a rejected request is repeated with a new one.
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

/** Waits until Vue has hydrated the page and animations have ended. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const root = document.querySelector('#__nuxt') as { __vue_app__?: { $nuxt: { isHydrating: boolean } } } | null
    return root?.__vue_app__?.$nuxt.isHydrating === false
  })
  await rest(page)
}

/** Waits for animations to end, so that axe measures final colors and places. */
export async function rest(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every(
      ({ playState, timeline, effect }) =>
        // Scroll-driven and endless animations do not count.
        playState !== 'running'
        || timeline !== document.timeline
        || effect?.getComputedTiming().iterations === Infinity,
    ),
  )
}

/** @returns the violations that axe finds on the page, one per line; a contrast that it cannot judge is none */
export const violations = (page: Page) => analyze(page, builderFor(page))

/** @returns the violations of color rules only, for a page whose other theme was analyzed completely */
export const colorViolations = (page: Page) =>
  analyze(page, builderFor(page).withRules(['color-contrast', 'link-in-text-block']))

/** The violations of a page that is analyzed in both color schemes, the light one first. */
export const violationsIn = (colorScheme: 'light' | 'dark', page: Page) =>
  colorScheme === 'light' ? violations(page) : colorViolations(page)

/** Without a second page for each analysis, which only frames of other origins need. */
const builderFor = (page: Page) => new AxeBuilder({ page }).setLegacyMode()

async function analyze(page: Page, builder: AxeBuilder): Promise<string[]> {
  await rest(page)
  const result = await builder.analyze()
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
}
