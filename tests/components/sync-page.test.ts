import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import CheckList from '../../components/admin/sync/CheckList.vue'
import DeliveryList from '../../components/admin/sync/DeliveryList.vue'
import DeliverySection from '../../components/admin/sync/DeliverySection.vue'
import SyncRuns from '../../components/admin/sync/SyncRuns.vue'
import type { SyncRun, SyncStatus } from '../../shared/sync'

const at = '2026-05-12T12:00:00.000Z'
const run = (name: SyncRun['name'], changes: Partial<SyncRun> = {}): SyncRun => ({
  name,
  state: 'never',
  started_at: null,
  updated_at: null,
  ended_at: null,
  done: 0,
  total: null,
  changed: 0,
  error: null,
  ...changes,
})
const status = (changes: Partial<SyncStatus> = {}): SyncStatus => ({
  checked_at: at,
  last_event_at: null,
  failed: 0,
  queued: 0,
  lag_ms: null,
  counts: null,
  reconcile_due: false,
  runs: [run('catch-up'), run('backfill'), run('reconcile')],
  report: null,
  checks: [],
  ...changes,
})
const differing = status({
  report: {
    started_at: at,
    ended_at: at,
    users: 10,
    profiles: 9,
    differences: { missing: 1, behind: 0, gone: 2, revived: 0 },
    examples: [{ clerk_id: 'user_a', kind: 'missing' }, { clerk_id: 'user_b', kind: 'gone' }],
    repaired: null,
    refused: null,
  },
})

afterEach(() => vi.restoreAllMocks())

async function mountRuns(given: SyncStatus) {
  const page = await mountSuspended(SyncRuns, { props: { status: given }, attachTo: document.body })
  const button = (text: string) => page.findAll('button').find(each => each.text() === text)!
  return { page, button }
}

describe('the runs', () => {
  it('ask the server again until a run is done, and show how far it is', async () => {
    const answers = [
      run('backfill', { state: 'running', done: 500, total: 2_000, changed: 480 }),
      run('backfill', { state: 'done', done: 2_000, total: 2_000, changed: 1_900 }),
    ]
    let open: (() => void) | undefined
    registerEndpoint('/api/admin/backfill', { method: 'POST', handler: async () => {
      if (answers.length === 1) await new Promise<void>(resolve => (open = resolve))
      return { run: answers.shift() }
    } })
    const { page, button } = await mountRuns(status())
    await button('Backfill').trigger('click')
    await vi.waitUntil(() => page.text().includes('500 of 2,000'))
    expect(page.find('progress').attributes()).toMatchObject({ 'value': '25', 'aria-label': 'Backfill: progress' })
    expect(page.findAll('ul button').every(each => each.attributes('disabled') !== undefined)).toBe(true)
    open!()
    await vi.waitUntil(() => page.emitted('ended'))
    expect(answers).toEqual([])
  })

  it('say why a run did not start', async () => {
    registerEndpoint('/api/admin/catch-up', { method: 'POST', handler: () => {
      throw Object.assign(new Error('busy'), { statusCode: 409, data: {}, message: 'This is already running' })
    } })
    const { page, button } = await mountRuns(status())
    await button('Catch up').trigger('click')
    await vi.waitUntil(() => page.find('[role=alert]').exists())
    expect(page.find('[role=alert]').text()).toContain('did not start')
  })

  it('show what a reconcile found, and repair it only when that is confirmed', async () => {
    const bodies: unknown[] = []
    registerEndpoint('/api/admin/reconcile', { method: 'POST', handler: async (event) => {
      bodies.push(await readBody(event))
      return { run: run('reconcile', { state: 'done' }) }
    } })
    const { page, button } = await mountRuns(differing)
    expect(page.text()).toMatch(/Users without a profile: 1.*Profiles whose user Clerk no longer has: 2/s)
    expect(page.find('a[href$="/admin/users/user_b"]').exists()).toBe(true)
    const dialog = page.find('dialog')
    await button('Repair 3').trigger('click')
    expect(dialog.text()).toMatch(/2\s+profiles are marked as deleted/)
    const element = dialog.element as HTMLDialogElement
    element.close('')
    await flushPromises()
    expect(bodies).toEqual([])
    await button('Repair 3').trigger('click')
    element.close('confirmed')
    await vi.waitUntil(() => bodies.length > 0)
    expect(bodies).toEqual([{ repair: true }])
  })

  it('offer to continue a run that was interrupted', async () => {
    const { page, button } = await mountRuns(status({
      runs: [run('backfill', { state: 'stopped', done: 700, updated_at: at })],
    }))
    expect(page.text()).toContain('It was interrupted: 700 users read')
    expect(button('Continue')).toBeDefined()
  })
})

describe('the checks', () => {
  it('show what is wrong first, and fold the rest away', async () => {
    const list = await mountSuspended(CheckList, { props: { checks: [
      { what: 'Node.js', verdict: 'ok', found: 'v24', mend: null },
      { what: 'Topology', verdict: 'warning', found: 'A standalone', mend: 'Use a replica set' },
      { what: 'Secret', verdict: 'failed', found: 'Not set', mend: 'Set it' },
    ] } })
    expect(list.findAll('li').map(each => each.text().replaceAll(/\s+/g, ' '))).toEqual([
      'Failed: Secret: Not setSet it',
      'Warning: Topology: A standaloneUse a replica set',
      'In order: Node.js: v24',
    ])
    expect(list.find('details').text()).toContain('1 check is in order')
  })
})

describe('the deliveries', () => {
  const delivery = (id: string, changes: object = {}) => ({
    _id: id,
    type: 'user.updated',
    clerk_id: 'user_a',
    outcome: 'failed' as const,
    attempts: 3,
    first_received_at: at,
    last_received_at: at,
    event_at: at,
    lag_ms: 4_200,
    duration_ms: 12,
    error: 'No answer within 9000 ms',
    ...changes,
  })

  it('open to attempts, lag, duration, user and a reason that says what to do', async () => {
    const props = { deliveries: [delivery('msg_a')] as never, withUser: true }
    const list = await mountSuspended(DeliveryList, { props })
    const details = list.find('details').text()
    expect(details).toMatch(/not stored: No answer within 9000 ms.*catch-up/)
    expect(details).toMatch(/msg_a.*Attempts\s*3.*4\.2 s.*12 ms/s)
    expect(list.find('a').attributes('href')).toBe('/admin/users/user_a')
  })

  it('are filtered by the URL, and show more on request', async () => {
    const queries: string[] = []
    registerEndpoint('/api/admin/deliveries', (event) => {
      const query = event.path.split('?')[1] ?? ''
      queries.push(query)
      return query.includes('cursor')
        ? { deliveries: [delivery('msg_b')], next_cursor: null }
        : { deliveries: [delivery('msg_a')], next_cursor: '5-1' }
    })
    registerEndpoint('/api/admin/deliveries/chart', () => ({ bucket_seconds: 60, buckets: [] }))
    const section = await mountSuspended(DeliverySection, { route: '/admin/sync?outcome=failed&utm=x' })
    expect(queries).toEqual(['outcome=failed'])
    expect(section.find<HTMLInputElement>('input[value=failed]').element.checked).toBe(true)
    await section.findAll('button').find(each => each.text() === 'Show more')!.trigger('click')
    await vi.waitUntil(() => section.text().includes('msg_b'))
    expect(queries[1]).toBe('outcome=failed&cursor=5-1')
    expect(section.text()).toContain('msg_a')
    expect(section.text()).not.toContain('Show more')
  })

  it('say what is wrong with a filter', async () => {
    registerEndpoint('/api/admin/deliveries', () => {
      throw Object.assign(new Error('outcome: Outcomes: applied, stale'), { statusCode: 400 })
    })
    const section = await mountSuspended(DeliverySection, { route: '/admin/sync?outcome=lost' })
    expect(section.find('[role=alert]').text()).toContain('Could not load the deliveries')
    expect(section.findAll('a').some(link => link.text() === 'Clear')).toBe(true)
  })
})
