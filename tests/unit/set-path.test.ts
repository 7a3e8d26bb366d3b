import { describe, expect, it } from 'vitest'
import { setPath } from '../../scripts/set-path.ts'

function set(target: Record<string, unknown>, ...assignments: string[]) {
  for (const assignment of assignments) setPath(target, assignment)
  return target
}

describe('--set', () => {
  it('creates missing objects along the path', () => {
    expect(set({}, 'a.b.c=text')).toEqual({ a: { b: { c: 'text' } } })
  })
  it('reads a value as JSON, or else as text', () => {
    expect(set({}, 'n=5', 'o={"a":1}', 's="5"', 't=5 apples', 'e=', 'x=null')).toEqual({
      n: 5,
      o: { a: 1 },
      s: '5',
      t: '5 apples',
      e: '',
      x: null,
    })
  })
  it('keeps neighbouring values', () => {
    expect(set({ a: { b: 1 } }, 'a.c=2=3')).toEqual({ a: { b: 1, c: '2=3' } })
  })
  it('sets __proto__ as a key, not as the prototype', () => {
    expect(JSON.stringify(set({}, '__proto__.x=1'))).toBe('{"__proto__":{"x":1}}')
    expect(({} as { x?: number }).x).toBeUndefined()
  })
  it.each(['', 'a', '=5'])('refuses %j', (assignment) => {
    expect(() => setPath({}, assignment)).toThrow('path=value')
  })
})
