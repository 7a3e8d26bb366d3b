import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countriesCalled, findCountry, matchCountries } from '../../shared/countries.ts'
import { alpha3Codes, countryCodes } from '../../shared/country-codes.ts'
import { countryNamesIn } from '../../utils/countries.ts'

const names = countryNamesIn('en', countryCodes)

describe('a country', () => {
  it.each(
    Object.entries({
      AE: ['UAE', 'U.A.E.', 'United Arab Emirates'],
      AX: ['Åland Islands', 'aland islands'],
      BA: ['Bosnia and Herzegovina', 'Bosnia & Herzegovina', 'Bosnia'],
      BE: ['België', 'Belgique', 'Belgien'],
      BN: ['Brunei Darussalam'],
      BO: ['Bolivia, Plurinational State of'],
      BS: ['The Bahamas', 'Bahamas, The'],
      CA: ['CA', 'ca', ' CA ', 'CAN', 'Canada', 'canada ', 'ＣＡＮＡＤＡ', 'Can\u00ADada', '\u200BCanada\u00A0'],
      CD: ['DR Congo', 'D.R. Congo', 'DRC', 'Democratic Republic of the Congo', 'Congo - Kinshasa', 'Zaire'],
      CG: ['Republic of the Congo', 'Congo-Brazzaville'],
      CH: ['Switzerland', 'Schweiz', 'Suisse', 'Svizzera'],
      CI: ['Côte d\'Ivoire', 'Côte d’Ivoire', 'COTE D\'IVOIRE', 'Cote dIvoire', 'Ivory Coast'],
      CN: ['China', 'People\'s Republic of China', '中国'],
      CV: ['Cape Verde', 'Cabo Verde'],
      CW: ['Curaçao', 'Curacao'],
      CZ: ['Czechia', 'Czech Republic', 'Česko'],
      DE: ['Germany', 'Deutschland', 'deu', 'Federal Republic of Germany'],
      FI: ['Suomi', 'Finland'],
      FM: ['Micronesia, Federated States of'],
      GB: [
        'UK',
        'U.K.',
        'uk',
        'Great Britain',
        'Britain',
        'England',
        'Scotland',
        'Wales',
        'Northern Ireland',
        'GBR',
        'United Kingdom',
      ],
      GE: ['Georgia'],
      GN: ['Guinea'],
      HK: ['Hong Kong'],
      IE: ['Ireland', 'Éire', 'Republic of Ireland'],
      IR: ['Iran, Islamic Republic of'],
      JP: ['日本', 'Japan'],
      KP: ['North Korea', 'DPRK'],
      KR: ['South Korea', 'Republic of Korea', 'Korea, Republic of', 'Korea (Republic of)', '대한민국', '한국'],
      LC: ['St Lucia', 'St. Lucia', 'Saint Lucia'],
      MK: ['Macedonia', 'North Macedonia'],
      MM: ['Burma', 'Myanmar'],
      MO: ['Macau', 'Macao'],
      NE: ['Niger'],
      NG: ['Nigeria'],
      NL: ['Holland', 'The Netherlands', 'Netherlands'],
      PE: ['Republic of Peru', 'Perú'],
      PS: ['Palestine', 'State of Palestine'],
      RE: ['Reunion', 'Réunion'],
      RU: ['Russia', 'Russian Federation', 'Россия'],
      ST: ['Sao Tome and Principe'],
      SZ: ['Swaziland', 'Eswatini'],
      TL: ['East Timor', 'Timor-Leste'],
      TR: ['Turkey', 'Türkiye', 'Turkiye'],
      TT: ['Trinidad and Tobago', 'Trinidad & Tobago'],
      TW: ['Taiwan', '台灣', '台湾'],
      TZ: ['Tanzania, United Republic of'],
      US: ['USA', 'U.S.A.', 'US', 'America', 'United States of America', 'the United States'],
      VA: ['Vatican', 'Holy See'],
      VC: ['St Vincent and the Grenadines', 'Saint Vincent & Grenadines'],
      VI: ['US Virgin Islands'],
      VN: ['Viet Nam', 'Vietnam'],
    }),
  )('%s is found by %j', (code, texts) => {
    for (const text of texts) expect([text, countriesCalled(text)]).toEqual([text, [code]])
  })

  it.each(['', ' ', 'Atlantis', 'XX', '__proto__', 'constructor', 'Canad', '&', 'the', 'NULL', 'N/A'])(
    'is not found by %j',
    (text) => {
      expect(findCountry(text)).toBeUndefined()
    },
  )

  it.each(['Congo', 'Korea', 'Virgin Islands'])('is not found by an ambiguous name: %s', (text) => {
    expect(countriesCalled(text)).toHaveLength(2)
    expect(findCountry(text)).toBeUndefined()
  })

  it('is found by its codes, its English names, and its names in the page\'s language', () => {
    const official: Record<string, string | string[]> = english.countries
    expect(new Map(countryCodes.map((code, index) => [code, alpha3Codes[index]])).size).toBe(alpha3Codes.length)
    for (const [alpha2, alpha3] of codes)
      expect([alpha2, alpha3Codes[countryCodes.indexOf(alpha2!)]]).toEqual([alpha2, alpha3])
    for (const [index, code] of countryCodes.entries()) {
      for (const text of [code, alpha3Codes[index]!, names[code]!, ...[official[code] ?? []].flat()]) {
        if (text !== 'Congo') expect([text, findCountry(text)]).toEqual([text, code])
      }
    }
    for (const language of ['de', 'fr', 'es', 'pl', 'tr', 'ru', 'ar', 'ja', 'th', 'fa', 'he', 'pt-BR']) {
      for (const [code, name] of Object.entries(countryNamesIn(language, countryCodes))) {
        if (countriesCalled(name, language).length === 1)
          expect([language, name, findCountry(name, language)]).toEqual([language, name, code])
        else expect(countriesCalled(name, language)).toContain(code)
      }
    }
  })

  it('is found in any case, and with other punctuation, spaces and accents', () => {
    const noise = fc.constantFrom('', ' ', '  ', '\u00A0', '\u200B')
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(names)),
        fc.infiniteStream(fc.boolean()),
        noise,
        noise,
        ([code, name], upper, before, after) => {
          const text = [...name.normalize('NFD')]
            .map(letter => (upper.next().value ? letter.toUpperCase() : letter.toLowerCase()))
            .join('')
          const variants = [
            text,
            text.replaceAll(/\p{M}/gu, ''),
            text.replaceAll('&', 'and'),
            text.replaceAll(/[.,()-]/g, ' '),
            text.replaceAll(/['’]/g, ''),
          ]
          for (const variant of variants) expect(countriesCalled(before + variant + after)).toEqual([code])
        },
      ),
    )
  })
})

describe('typing into a list of countries', () => {
  const match = (text: string) => matchCountries(text, names)
  const taken = (text: string) => match(text).find(({ isMeant }) => isMeant)?.code

  it.each([
    ['South Korea', 'KR'],
    ['Taiwan', 'TW'],
    ['UK', 'GB'],
    ['uk', 'GB'],
    ['America', 'US'],
    ['GBR', 'GB'],
    ['Deutschland', 'DE'],
    ['deutsch', 'DE'],
    ['cote d', 'CI'],
    ['zealand', 'NZ'],
    ['ch', 'CH'],
    ['germ', 'DE'],
    ['Ivory C', 'CI'],
    ['niger', 'NE'],
    ['nigeri', 'NG'],
  ])('%j selects %s, which comes first', (text, code) => {
    expect(match(text)[0]).toEqual({ code, isMeant: true })
  })

  it.each(['', ' ', 'Congo', 'korea', 'land', 'islands', 'Atlantis', '.*', '&', 'Afghanistann'])(
    '%j selects no country',
    (text) => {
      expect(taken(text)).toBeUndefined()
    },
  )

  it('shows all countries for an empty text, or else those that contain the text', () => {
    expect(match('')).toHaveLength(250)
    expect(match('land').length).toBeGreaterThan(20)
    expect(match('south korea').map(({ code }) => code)).toEqual(['KR'])
  })

  it('never selects a country whose names do not start with the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), (text) => {
        const code = taken(text)
        if (code === undefined || countriesCalled(text).includes(code)) return
        const plain = (name: string) =>
          name
            .normalize('NFKD')
            .toLowerCase()
            .replaceAll(/[^a-z0-9]/g, '')
        if (plain(text))
          expect(
            match(text)
              .filter(({ isMeant }) => isMeant)
              .map(each => each.code),
          ).toContain(code)
      }),
    )
  })
})
