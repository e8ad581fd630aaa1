// Maps, and the outlines of countries to draw on them.
import { feature } from "topojson-client";
import { control } from "leaflet/dist/leaflet-src.esm.js";
import outlines from "world-atlas/countries-110m.json";

export { divIcon, geoJSON, latLngBounds, layerGroup, map, marker } from "leaflet/dist/leaflet-src.esm.js";
export const { zoom } = control;

const polygons = feature(outlines, outlines.objects.countries).features.flatMap(({ geometry }) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

/** What crosses the line of 180 degrees is drawn at both edges of the map, not across all of it. */
export const world = {
  type: "MultiPolygon",
  coordinates: polygons.flatMap((rings) => {
    const whole = rings.map(unwrapped);
    const far = Math.max(...whole[0].map(([lon]) => Math.abs(lon)));
    if (far <= 180) return [whole];
    const back = whole[0].some(([lon]) => lon > 180) ? -360 : 360;
    return [whole, whole.map((ring) => ring.map(([lon, lat]) => [lon + back, lat]))];
  }),
};

function unwrapped(ring) {
  let shift = 0;
  const points = ring.map(([lon, lat], at) => {
    const jump = at ? lon - ring[at - 1][0] : 0;
    if (Math.abs(jump) > 180) shift -= 360 * Math.sign(jump);
    return [lon + shift, lat];
  });
  // Around the pole: down to it, and back.
  if (shift) points.push([points.at(-1)[0], -90], [points[0][0], -90], points[0]);
  return points;
}
