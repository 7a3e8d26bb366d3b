// The table in local-clerk/FLOWS.md.

interface Assertion {
  ancestorTitles: string[]
  title: string
  status: string
  meta: { flow?: { subject: string, from: string, reason?: string } }
}

/** What Vitest's JSON reporter writes. */
export interface Report {
  testResults: { assertionResults: Assertion[] }[]
}

interface Flow {
  subject: string
  title: string
  from: string
  /** By app; a flow that is not for an app has none. */
  passes: Map<string, boolean>
  reasons: Map<string, string>
}

const names: Record<string, string> = { nuxt: 'Nuxt', next: 'Next.js' }
const source = 'https://github.com/clerk/javascript/blob/main/integration/tests'

/** @returns the flows in the order of their files, each with how it went in the apps */
function flowsOf(report: Report): Flow[] {
  const flows = new Map<string, Flow>()
  for (const { ancestorTitles, title, status, meta } of report.testResults.flatMap(file => file.assertionResults)) {
    if (!meta.flow) continue
    const { subject, from, reason } = meta.flow
    const key = `${subject}: ${title}`
    const flow: Flow = flows.get(key) ?? { subject, title, from, passes: new Map(), reasons: new Map() }
    flows.set(key, flow)
    const app = ancestorTitles.find(ancestor => ancestor in names)!
    // A flow that is known to fail passes as a test, and is skipped if it is impossible.
    flow.passes.set(app, status === 'passed' && !reason)
    if (reason) flow.reasons.set(app, reason)
  }
  return [...flows.values()].sort((a, b) => a.subject.localeCompare(b.subject))
}

/**
 * @param versions  what the flows ran with
 * @returns the page, and its sums in one line
 */
export function tableOf(report: Report, versions: string[]): { table: string, summary: string } {
  const flows = flowsOf(report)
  const sums = Object.keys(names).map((app) => {
    const of = flows.filter(({ passes }) => passes.has(app))
    return `${of.filter(({ passes }) => passes.get(app)).length} of ${of.length} with ${names[app]}`
  })
  const summary = `${flows.length} flows; passed: ${sums.join(', ')}`
  const cell = ({ passes }: Flow, app: string) => passes.has(app) ? (passes.get(app) ? 'yes' : '**no**') : '–'
  const sections = [...new Set(flows.map(({ subject }) => subject))].map((subject) => {
    const own = flows.filter(flow => flow.subject === subject)
    const rows = own.map((flow) => {
      const { title, from } = flow
      return `| ${title} | [${from}](${source}/${from}.test.ts) | ${cell(flow, 'nuxt')} | ${cell(flow, 'next')} |`
    })
    const reasons = own.flatMap(({ title, reasons }) => {
      const texts = [...new Set(reasons.values())]
      return texts.map((text) => {
        const apps = [...reasons].filter(([, reason]) => reason === text).map(([app]) => names[app])
        return `- *${title}* (${apps.join(', ')}): ${text}`
      })
    })
    return [
      `## ${subject}`,
      '',
      '| Flow | From | Nuxt | Next.js |',
      '|---|---|---|---|',
      ...rows,
      ...(reasons.length > 0 ? ['', ...reasons] : []),
    ].join('\n')
  })
  const table = `# Clerk's flows with Local Clerk

Clerk tests its SDKs with flows in a browser, in [\`integration/tests\`](${source}). \`npm run clerk-suite\` follows
those that can run without Clerk's servers, written anew, in Chromium: ${versions.join(', and ')}. It writes this page.

${summary}. A dash means that a flow is about something which the framework's SDK does not have.

${sections.join('\n\n')}

## Not followed

Flows of billing, of keys that Clerk lends, of enterprise connections, of the account portal and of several domains, and
those of other frameworks than Nuxt and Next.js: Local Clerk has no such thing. Those of composed components need
@clerk/ui in the app's own build, which would install 300 MB for them alone.
`
  return { table, summary }
}
