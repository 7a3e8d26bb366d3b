import { geoEqualEarth, geoPath } from 'd3-geo'
import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>

const alpha2ByNumber = new Map(codes.map(([alpha2, , number]) => [number, alpha2!]))
/** Nobody lives there, and the projection makes it wide. */
const antarctica = 'AQ'
/** The atlas has it without a number, since ISO 3166-1 has none for it. */
const kosovo = { name: 'Kosovo', code: 'XK' }

/**
 * The world's countries as shapes in one SVG, in a projection that keeps areas equal: a shade on a large country
 * means no more than it should.
 * @param atlas  TopoJSON of world-atlas: countries by ISO 3166-1 numeric
 */
export function drawWorld(atlas: Atlas, width = 960) {
  const shapes = feature(atlas, atlas.objects.countries)
    .features.map(shape => ({
      shape,
      code: shape.properties.name === kosovo.name ? kosovo.code : alpha2ByNumber.get(String(shape.id)),
    }))
    .filter(({ code }) => code !== antarctica)
  // Cut in the Bering Strait, where no country is in two halves.
  const projection = geoEqualEarth()
    .rotate([-11, 0])
    .fitWidth(width, { type: 'FeatureCollection', features: shapes.map(({ shape }) => shape) })
  // A tenth of a unit is finer than a screen shows.
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
