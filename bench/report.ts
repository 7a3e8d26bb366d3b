import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { consola } from 'consola'

const file = join(import.meta.dirname, '..', 'docs', 'performance.md')

export type Part = string | Table

export interface Table {
  head: string[]
  rows: (string | number)[][]
}

/** A table of objects with the same keys. */
export function tableOf(rows: Record<string, string | number>[]): Table {
  return { head: Object.keys(rows[0] ?? {}), rows: rows.map(row => Object.values(row)) }
}

function toMarkdown({ head, rows }: Table): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => index === 0 ? '---' : '---:')), ...rows.map(line)].join('\n')
}

const toObject = (head: string[], row: (string | number)[]) =>
  Object.fromEntries(row.map((cell, index) => [head[index] || ' ', cell]))

/** The machine and the versions of a run. */
function describeRun(): string {
  const { length, 0: cpu } = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  const machine = `${length} cores (${cpu!.model.trim()}), ${memory} GiB, ${type()}`
  return `_${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.version.slice(1)}._`
}

/**
 * Prints the results of a benchmark, and replaces its section in docs/performance.md, between two comments with the
 * section's name.
 */
export async function writeSection(name: string, parts: Part[]): Promise<void> {
  for (const part of parts) {
    if (typeof part === 'string') consola.log(part)
    else console.table(part.rows.map(row => toObject(part.head, row)))
  }
  const text = [...parts.map(part => typeof part === 'string' ? part : toMarkdown(part)), describeRun()].join('\n\n')
  const document = await readFile(file, 'utf8')
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const from = document.indexOf(start)
  const to = document.indexOf(end)
  if (from < 0 || to < 0) throw new Error(`docs/performance.md has no section ${name}`)
  await writeFile(file, `${document.slice(0, from + start.length)}\n${text}\n${document.slice(to)}`)
}
