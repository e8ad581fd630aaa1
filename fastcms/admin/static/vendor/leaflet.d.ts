// Types for the bundle, from the packages that it is made of.
import { control } from "leaflet";
import type { GeoJsonObject } from "geojson";
export { divIcon, geoJSON, latLngBounds, layerGroup, map, marker } from "leaflet";
export type { LatLng, LeafletMouseEvent as MouseEvent } from "leaflet";
export const zoom: typeof control.zoom;
/** The countries of the earth, drawn coarsely. */
export const world: GeoJsonObject;
