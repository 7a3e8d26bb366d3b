import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const width = 720
const nameWidth = 290
const rowHeight = 34

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Draws bars into a picture in docs/, for light and dark pages. The first one stands out. */
export async function drawBars(file: string, title: string, bars: { name: string, value: number }[]): Promise<void> {
  const largest = Math.max(...bars.map(({ value }) => value))
  const rows = bars.map(({ name, value }, index) => {
    const y = 40 + index * rowHeight
    const length = Math.round((width - nameWidth - 60) * value / largest)
    return `  <text x="${nameWidth - 10}" y="${y + 17}" text-anchor="end">${escape(name)}</text>
  <rect x="${nameWidth}" y="${y}" width="${length}" height="24" rx="4" class="${index === 0 ? 'own' : 'other'}"/>
  <text x="${nameWidth + length + 8}" y="${y + 17}" class="value">${value.toFixed(1)}</text>`
  })
  const height = 52 + bars.length * rowHeight
  const size = `viewBox="0 0 ${width} ${height}"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escape(title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #334155 }
    .title { font-weight: 600 }
    .value { font-weight: 600; font-variant-numeric: tabular-nums }
    .own { fill: #4f46e5 }
    .other { fill: #94a3b8 }
    @media (prefers-color-scheme: dark) { text { fill: #cbd5e1 } .own { fill: #818cf8 } .other { fill: #64748b } }
  </style>
  <text x="10" y="22" class="title">${escape(title)}</text>
${rows.join('\n')}
</svg>
`
  await writeFile(join(import.meta.dirname, '..', 'docs', `${file}.svg`), svg)
}
