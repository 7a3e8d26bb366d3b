import { geoEqualEarth, geoPath } from 'd3-geo'
import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>

const alpha2ByNumber = new Map(codes.map(([alpha2, , number]) => [number, alpha2!]))
/** Left out, because nobody lives there and it takes up much of the map. */
const antarctica = 'AQ'
/** Has no number in the atlas, because ISO 3166-1 does not list it. */
const kosovo = { name: 'Kosovo', code: 'XK' }

/**
 * Draws the world's countries as shapes in one SVG, in an equal-area projection, so that no country looks more
 * important than its area.
 * @param atlas  TopoJSON from world-atlas, with countries by ISO 3166-1 numeric code
 */
export function drawWorld(atlas: Atlas, width = 960) {
  const shapes = feature(atlas, atlas.objects.countries)
    .features.map(shape => ({
      shape,
      code: shape.properties.name === kosovo.name ? kosovo.code : alpha2ByNumber.get(String(shape.id)),
    }))
    .filter(({ code }) => code !== antarctica)
  // Cut the map in the Bering Strait, which splits no country.
  const projection = geoEqualEarth()
    .rotate([-11, 0])
    .fitWidth(width, { type: 'FeatureCollection', features: shapes.map(({ shape }) => shape) })
  // One decimal place is finer than the resolution of a screen.
  const path = geoPath(projection).digits(1)
  const height = Math.ceil(path.bounds({ type: 'FeatureCollection', features: shapes.map(({ shape }) => shape) })[1][1])

  const paths = new Map<string, string>()
  for (const { shape, code = 'rest' } of shapes) paths.set(code, (paths.get(code) ?? '') + path(shape))
  const drawn = [...paths].map(([id, d]) => `<path id="${id}" d="${d}"/>`)
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">\n${drawn.join('\n')}\n</svg>\n`,
    width,
    height,
    countries: [...paths.keys()].filter(id => id !== 'rest'),
  }
}
