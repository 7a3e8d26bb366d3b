import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardFormula, unguardFormula } from '../../shared/formulas.ts'

describe('a cell that a spreadsheet would run', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '\'=1', 'NULL', '\\N'])(
    '%j gets an apostrophe',
    (text) => {
      expect(guardFormula(text)).toBe(`'${text}`)
    },
  )
  it.each(['', '1=1', '\'tis', 'a-b', '\'', 'null', 'NULLs'])('is not %j, which stays unchanged', (text) => {
    expect([guardFormula(text), unguardFormula(text)]).toEqual([text, text])
  })
  it('is the same text after the guard is removed', () => {
    const text = fc.string({
      unit: fc.constantFrom('\'', '=', '+', '-', '@', '\t', '\r', '＝', 'a', ' ', 'NULL', '\\N'),
    })
    fc.assert(fc.property(text, each => unguardFormula(guardFormula(each)) === each))
  })
})
