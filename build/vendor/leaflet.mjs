// Maps, and the outlines of countries to draw on them.
import { feature } from "topojson-client";
import { control } from "leaflet/dist/leaflet-src.esm.js";
import outlines from "world-atlas/countries-110m.json";

export { divIcon, geoJSON, latLngBounds, layerGroup, map, marker } from "leaflet/dist/leaflet-src.esm.js";
export const { zoom } = control;
export const world = feature(outlines, outlines.objects.countries);
