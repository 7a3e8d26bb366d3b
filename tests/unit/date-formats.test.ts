import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateFormats, isAmbiguous, leadingFormats, readDate } from '../../shared/date-formats.ts'

const fitting = (text: string) =>
  dateFormats.flatMap(format => (readDate(text, format) ? [`${format} ${readDate(text, format)}`] : []))

describe('a date in a file', () => {
  it.each([
    ['1990-05-12', 'ymd 1990-05-12'],
    ['1990-5-12', 'ymd 1990-05-12'],
    ['1990/05/12', 'ymd 1990-05-12'],
    ['1990-05-12T00:00:00.000Z', 'ymd 1990-05-12'],
    ['1990-05-12T23:30:00Z', 'ymd 1990-05-12'],
    ['1990-05-12T00:30:00+02:00', 'ymd 1990-05-11'],
    ['1990-05-12 23:30:00-0800', 'ymd 1990-05-13'],
    ['1990-05-12 00:00:00', 'ymd 1990-05-12'],
    ['12.05.1990', 'dmy 1990-05-12'],
    ['12. 5. 1990', 'dmy 1990-05-12'],
    ['13/05/1990', 'dmy 1990-05-13'],
    ['5/13/1990', 'mdy 1990-05-13'],
    ['5/13/1990 12:00:00 AM', 'mdy 1990-05-13'],
    ['33005', 'serial 1990-05-12'],
    ['33005.5', 'serial 1990-05-12'],
    ['1', 'serial 1900-01-01'],
    ['59', 'serial 1900-02-28'],
    ['61', 'serial 1900-03-01'],
  ])('%s is read only as %s', (text, reading) => {
    expect(fitting(text)).toEqual([reading])
    expect(isAmbiguous(text)).toBe(false)
  })

  it('is ambiguous unless both formats read the same day', () => {
    expect(fitting('5/6/1990')).toEqual(['dmy 1990-06-05', 'mdy 1990-05-06'])
    expect(fitting('05-06-1990')).toEqual(['dmy 1990-06-05', 'mdy 1990-05-06'])
    expect(isAmbiguous('5/6/1990')).toBe(true)
    expect(isAmbiguous('5/5/1990')).toBe(false)
    expect(isAmbiguous('5/6/1990', ['mdy', 'serial'])).toBe(false)
  })

  it.each([
    '',
    'May 12, 1990',
    '5/12/90',
    '31.02.1990',
    '2001-02-29',
    '2001-02-30T00:00:00Z',
    '1990-05-12T25:00:00Z',
    '13/13/1990',
    '12.05/1990',
    '1990',
    '2026',
    '0',
    '60',
    '199005121',
    '12.05.1990.',
    '-33005',
    '5/12/1990 noon',
  ])('is never read from %j', (text) => {
    expect(fitting(text)).toEqual([])
  })

  it('is the same day in every format', () => {
    const days = fc.date({ min: new Date('1900-03-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(days, (moment) => {
        const date = moment.toISOString().slice(0, 10)
        const [year, month, day] = date.split('-').map(Number)
        expect(readDate(date, 'ymd')).toBe(date)
        expect(readDate(moment.toISOString(), 'ymd')).toBe(date)
        expect(readDate(`${day}.${month}.${year}`, 'dmy')).toBe(date)
        expect(readDate(`${month}/${day}/${year}`, 'mdy')).toBe(date)
        const serial = (Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000
        if (serial < 1900 || serial > 2100) expect(readDate(String(serial), 'serial')).toBe(date)
      }),
    )
  })
})

describe('the format of a file\'s dates', () => {
  it('is the one that fits most dates, two on a tie, and none without dates', () => {
    expect(leadingFormats({ ymd: 0, dmy: 12, mdy: 5, serial: 0 })).toEqual(['dmy'])
    expect(leadingFormats({ ymd: 0, dmy: 5, mdy: 5, serial: 1 })).toEqual(['dmy', 'mdy'])
    expect(leadingFormats({ ymd: 0, dmy: 0, mdy: 0, serial: 0 })).toEqual([])
  })
})
