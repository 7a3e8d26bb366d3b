/** A metric of the text that Prometheus reads. */
interface Metric {
  /** Absent for the parts of a histogram, which are found by `name_bucket`, `name_sum` and `name_count`. */
  type?: string
  help?: string
  /** Values by labels, such as `type="user.created",outcome="applied"`, and '' without any. */
  values: Map<string, number>
}

/** Parses Prometheus's text format. */
export function parseMetrics(text: string): Map<string, Metric> {
  const metrics = new Map<string, Metric>()
  const metricOf = (name: string) => {
    const metric: Metric = metrics.get(name) ?? { values: new Map() }
    metrics.set(name, metric)
    return metric
  }
  for (const line of text.split('\n').filter(Boolean)) {
    const [, what, described, words] = /^# (HELP|TYPE) (\w+) (.*)$/.exec(line) ?? []
    if (what) {
      metricOf(described!)[what === 'HELP' ? 'help' : 'type'] = words
      continue
    }
    const sample = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!sample) throw new Error(`This is no sample: ${line}`)
    const [, name, labels = '', value] = sample
    metricOf(name!).values.set(labels, value === '+Inf' ? Infinity : Number(value))
  }
  return metrics
}

/** The value of a metric with exactly these labels; undefined when there is none. */
export function valueOf(text: string, name: string, labels = ''): number | undefined {
  return parseMetrics(text).get(name)?.values.get(labels)
}

/** What Prometheus adds itself. */
const addedLabels = ['job', 'instance']
const addedMetrics = ['up', 'probe_success']

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, ...groups]) => groups)

/**
 * Finds what is wrong in a PromQL expression: metrics that a scrape does not contain, labels that they do not have, and
 * counters without a rate.
 */
export function findFaults(expression: string, scrape: string): string[] {
  const metrics = parseMetrics(scrape)
  // Texts could look like names.
  const code = expression.replaceAll(/"[^"]*"/g, '""')
  const names = matches(code, /\b(addendum_\w+|up|probe_success)\b/g).map(([name]) => name!)

  function lacks(name: string, label: string): boolean {
    const all = [...metrics.get(name)?.values.keys() ?? []].join()
    return !addedLabels.includes(label) && !all.includes(`${label}="`)
  }
  const selected = matches(code, /(\w+)\{([^}]*)\}/g).flatMap(([name, list]) =>
    matches(list!, /(\w+)[=!]/g).filter(([label]) => lacks(name!, label!)).map(([label]) => `${name} has no ${label}`))
  const grouped = matches(code, /\b(?:by|on) \(([^)]*)\)/g).flatMap(([list]) =>
    list!.split(/,\s*/).filter(label => names.every(name => lacks(name, label))).map(label => `nothing has ${label}`))
  return [
    ...names
      .filter(name => !metrics.get(name)?.values.size && !addedMetrics.includes(name))
      .map(name => `there is no ${name}`),
    ...selected,
    ...grouped,
    ...matches(code, /(rate\()?\b(\w+_(?:total|bucket|sum|count))\b/g)
      .filter(([rate, name]) => !rate && metrics.get(name!)?.type !== 'gauge')
      .map(([, name]) => `${name} has no rate`),
  ]
}
