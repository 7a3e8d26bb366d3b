import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawWorld } from '../../modules/world-map/draw.ts'
import { countryCodes } from '../../shared/country-codes.ts'
import { stepsOf } from '../../utils/map-steps.ts'

const atlas = JSON.parse(await readFile(fileURLToPath(import.meta.resolve('world-atlas/countries-110m.json')), 'utf8'))
const world = drawWorld(atlas)

describe('the map of the world', () => {
  it('has a shape for each listed country, and one for other land', () => {
    const ids = [...world.svg.matchAll(/<path id="(\w+)" d="M[^"]+Z"\/>/g)].map(([, id]) => id)
    expect(ids.toSorted()).toEqual([...world.countries, 'rest'].toSorted())
    expect(new Set(ids).size).toBe(ids.length)
    expect(world.countries.length).toBeGreaterThan(170)
    expect(world.countries).toEqual(expect.arrayContaining(['CA', 'DE', 'AF', 'XK', 'NZ']))
    expect(world.countries.filter(code => !countryCodes.includes(code))).toEqual([])
  })

  it('has no Antarctica, and nothing beyond its edges', () => {
    expect(world.countries).not.toContain('AQ')
    const points = [...world.svg.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(
      ([, x, y]) => [Number(x), Number(y)] as const,
    )
    expect(points.length).toBeGreaterThan(1_000)
    expect(points.every(([x, y]) => x >= 0 && x <= world.width && y >= 0 && y <= world.height)).toBe(true)
  })
})

describe('the shades of a map', () => {
  it('increase by about the same ratio, in round numbers', () => {
    expect(stepsOf([350, 400, 4_000, 180_000])).toEqual([350, 1_200, 4_300, 15_000, 52_000])
  })

  it('are no more than the distinct counts', () => {
    expect(stepsOf([])).toEqual([])
    expect(stepsOf([7, 7])).toEqual([7])
    expect(stepsOf([1, 2])).toEqual([1, 2])
    expect(stepsOf([995, 999])).toEqual([995])
  })

  it('cover every count with at most five shades', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000_000 }), { minLength: 1 }), (counts) => {
        const steps = stepsOf(counts)
        expect(steps.length).toBeLessThanOrEqual(5)
        expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b))
        expect(Math.min(...counts)).toBe(steps[0])
        expect(Math.max(...counts)).toBeGreaterThanOrEqual(steps.at(-1)!)
      }),
    )
  })
})
