import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { findFaults, parseMetrics } from '../support/metrics.ts'
import { startServer } from '../support/server.ts'

interface Rule {
  alert: string
  expr: string
  for: string
  labels: { severity: string }
  annotations: { summary: string, description: string }
}
interface Panel {
  id: number
  type: string
  title: string
  description?: string
  gridPos: { x: number, y: number, w: number, h: number }
  targets?: { expr: string, datasource: { uid: string } }[]
  fieldConfig?: { defaults: { unit: string } }
}

const run = promisify(execFile)
const promtool = (process.env.PATH ?? '').split(delimiter).map(each => join(each, 'promtool')).find(existsSync)
const token = 'token-of-the-metrics'

let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Awaited<ReturnType<typeof startServer>>
/** The answer of the endpoint, when there is something of every metric. */
let text: string
let rules: Rule[]
let panels: Panel[]
/** The dashboard's expressions, with a value for each variable. */
let shown: string[]

/** Stores a run and a report, so that the metrics of both have their labels. */
async function storeRuns(): Promise<void> {
  const stored = await openDatabase(mongod.uri)
  const db = stored.client.db('addendum')
  const now = new Date()
  await db.collection<{ _id: string, [field: string]: unknown }>('checkpoints').insertOne({
    _id: 'catch-up',
    token: 1,
    state: 'done',
    started_at: now,
    updated_at: now,
    ended_at: now,
    done: 1,
    total: 1,
    changed: 0,
    error: null,
    succeeded_at: now,
    position: { watermark: 1, lost_at: null, counts: null, differed: 0 },
  })
  await db.collection<{ _id: string, [field: string]: unknown }>('reports').insertOne({
    _id: 'reconcile',
    differences: { missing: 0, behind: 0, gone: 0, revived: 0 },
    repaired: 0,
  })
  await stored.deliveries.insertOne({ _id: 'msg_1', outcome: 'applied', last_received_at: now })
  await stored.close()
}

beforeAll(async () => {
  mongod = await startMongod()
  server = await startServer({ MONGODB_URI: mongod.uri, METRICS_TOKEN: token })
  await storeRuns()
  text = await (await fetch(`${server.url}/api/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
  const file: { groups: { rules: Rule[] }[] } = parse(await readFile('docs/operations/alerts.yml', 'utf8'))
  rules = file.groups.flatMap(group => group.rules)
  panels = JSON.parse(await readFile('docs/operations/grafana-dashboard.json', 'utf8')).panels
  shown = panels
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) =>
      expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', 'addendum').replaceAll('$instance', '.*'))
})
afterAll(async () => {
  await server.stop()
  await mongod.stop()
})

describe('docs/operations/alerts.yml', () => {
  it('asks for metrics and labels that exist', () => {
    expect(rules.length).toBeGreaterThan(8)
    expect(rules.flatMap(({ expr }) => findFaults(expr, text))).toEqual([])
    // The check itself finds something.
    expect(findFaults('sum by (ru) (addendum_run_dune) / addendum_run_done{rum="x"} / a_total', text)).toEqual([
      'there is no addendum_run_dune',
      'addendum_run_done has no rum',
      'nothing has ru',
      'a_total has no rate',
    ])
  })

  it('says for each alert what is wrong and what to do', () => {
    for (const { alert, for: duration, labels, annotations } of rules) {
      expect(alert).toMatch(/^Addendum[A-Z]\w+$/)
      expect(duration).toMatch(/^\d+[mh]$/)
      expect(['critical', 'warning']).toContain(labels.severity)
      expect(annotations.summary.length).toBeGreaterThan(15)
      expect(annotations.description.length).toBeGreaterThan(80)
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  })

  it('has a time at which each alert fires, in alerts.test.yml', async () => {
    const tests = await readFile('docs/operations/alerts.test.yml', 'utf8')
    const expected = new Set([...tests.matchAll(/alertname="(\w+)"/g)].map(([, alert]) => alert))
    expect([...expected].sort()).toEqual(rules.map(({ alert }) => alert).sort())
  })
})

describe('docs/operations/grafana-dashboard.json', () => {
  it('asks for metrics and labels that exist', () => {
    expect(shown.length).toBeGreaterThan(20)
    expect(shown.flatMap(expression => findFaults(expression, text))).toEqual([])
    expect(shown.filter(expression => expression.includes('$'))).toEqual([])
  })

  it('gives each panel a unit, a description and a place of its own', () => {
    for (const { title, description, targets, fieldConfig } of panels.filter(({ type }) => type !== 'row')) {
      expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)])
      expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.stringMatching(/^\w+$/)])
      expect(targets!.filter(({ datasource }) => datasource.uid !== '${datasource}')).toEqual([])
    }
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + cell % w}:${y + Math.floor(cell / w)}`))
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  })
})

describe('docs/operations', () => {
  it('explains every metric of the app', async () => {
    const page = await readFile('docs/operations/README.md', 'utf8')
    const firstCells = [...page.matchAll(/^\| (`addendum_[^|]+)/gm)].map(([, cell]) => cell!)
    const explained = firstCells.flatMap(cell => [...cell.matchAll(/`(addendum_\w+)`/g)].map(([, name]) => name!))
    const own = [...parseMetrics(text)]
      .filter(([name, { type }]) => type && !/^addendum_(?:process|nodejs)_/.test(name))
      .map(([name]) => name)
    expect(explained.sort()).toEqual(own.sort())
  })

  it.runIf(promtool)('is what promtool accepts, and the alerts fire as alerts.test.yml says', async () => {
    await run(promtool!, ['test', 'rules', 'docs/operations/alerts.test.yml'])
    const folder = await mkdtemp(join(tmpdir(), 'promtool-'))
    const dashboard = join(folder, 'dashboard.yml')
    const records = shown.map((expr, index) => ({ record: `panel:${index}`, expr }))
    await writeFile(dashboard, stringify({ groups: [{ name: 'dashboard', rules: records }] }))
    await run(promtool!, ['check', 'rules', 'docs/operations/alerts.yml', dashboard])
    const check = run(promtool!, ['check', 'metrics'])
    check.child.stdin!.end(text)
    // 3: it can read them, and would name some otherwise, such as those of prom-client itself.
    const { code, stderr }: { code?: number, stderr: string } = await check.catch(error => error)
    expect([undefined, 3], stderr).toContain(code)
    await rm(folder, { recursive: true })
  })
})
