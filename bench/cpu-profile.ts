import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Profile {
  nodes: { id: number, callFrame: { functionName: string, url: string }, children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

/** The groups of stack frames; the first match counts. */
const places: [name: string, url: RegExp][] = [
  ['verify the signature', /standardwebhooks|fast-sha256|stablelib|@clerk/],
  ['decode with Zod', /\/zod\//],
  ['MongoDB driver and BSON', /\/(mongodb|bson|mongoose)\//],
  ['log', /consola/],
  ['Nitro, h3 and the sync', /\.output\//],
]

/**
 * Shares of a server's wall-clock time by group. A sample counts for the innermost frame of a group, so that Node's own
 * work counts for its caller.
 * @param folder  contains the .cpuprofile that node --cpu-prof wrote
 */
export async function whereTimeGoes(folder: string): Promise<{ 'at': string, 'share %': number }[]> {
  const [name] = await readdir(folder)
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(join(folder, name!), 'utf8')) as Profile
  const byId = new Map(nodes.map(node => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id])))

  const placeOf = (id: number): string => {
    const { functionName } = byId.get(id)!.callFrame
    if (functionName === '(idle)') return 'idle'
    if (functionName === '(garbage collector)') return 'garbage collection'
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { url } = byId.get(at)!.callFrame
      const place = places.find(([, pattern]) => pattern.test(url))
      if (place) return place[0]
    }
    return 'Node: sockets, HTTP, timers'
  }

  const totals = new Map<string, number>()
  samples.forEach((id, index) => {
    const place = placeOf(id)
    totals.set(place, (totals.get(place) ?? 0) + timeDeltas[index]!)
  })
  const busy = [...totals].filter(([place]) => place !== 'idle')
  const all = busy.reduce((sum, [, time]) => sum + time, 0)
  return busy
    .sort(([, a], [, b]) => b - a)
    .map(([at, time]) => ({ at, 'share %': Math.round((1_000 * time) / all) / 10 }))
}
