// The earth in outline, with places on it. It comes from this server alone: there are no tiles.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../core/language.js";
import { loadSheet } from "./sheet.js";
import { complain } from "./toasts.js";

/** @typedef {typeof import("../vendor/leaflet.js")} Leaflet */
/** @typedef {{ lat: number, lon: number }} Place */
/** @typedef {Place & { id: string, title: string }} MarkedPlace */
/**
 * @typedef {object} Props
 * @property {string} label
 * @property {MarkedPlace[]} markers
 * @property {(id: string) => void} [onOpen]  a marker was clicked, or Enter pressed on it
 * @property {(place: Place) => void} [onChoose]  a place was clicked, the marker dragged, or Enter pressed on the map
 */

const NEAR = 5;
const PIN = "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7z";

/** @param {Props} props */
export function WorldMap(props) {
  const { label, markers, onChoose } = props;
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const latest = useRef(props);
  latest.current = props;
  const [shown, setShown] = useState(/** @type {ReturnType<typeof createMap> | null} */ (null));

  useEffect(() => {
    let isOver = false;
    /** @type {ReturnType<typeof createMap> | null} */
    let made = null;
    Promise.all([import("../vendor/leaflet.js"), loadSheet("vendor/leaflet.css")]).then(([leaflet]) => {
      if (isOver || !place.current) return;
      made = createMap(leaflet, place.current, latest);
      setShown(made);
    }, complain);
    return () => {
      isOver = true;
      made?.end();
    };
  }, []);
  useEffect(() => shown?.mark(markers), [shown, JSON.stringify(markers)]);

  return html`<div>
    <div class="map" ref=${place} role="application" aria-label=${label} tabindex="0"
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || event.target !== place.current || !onChoose) return;
        event.preventDefault();
        if (shown) onChoose(shown.centre());
      }}>${onChoose && html`<span class="map-cross" aria-hidden="true">+</span>`}</div>
    ${onChoose && html`<p class="help">${t("mapHelp")}</p>`}
  </div>`;
}

/**
 * @param {Leaflet} leaflet
 * @param {HTMLElement} place
 * @param {{ current: Props }} latest
 */
function createMap(leaflet, place, latest) {
  const map = leaflet.map(place, {
    attributionControl: false, zoomControl: false, worldCopyJump: true, minZoom: 1, maxZoom: 14, zoomSnap: 0.5,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  leaflet.zoom({ zoomInTitle: t("zoomIn"), zoomOutTitle: t("zoomOut") }).addTo(map);
  leaflet.geoJSON(leaflet.world, { interactive: false, style: { className: "land" } }).addTo(map);
  const layer = leaflet.layerGroup().addTo(map);
  const icon = leaflet.divIcon({ className: "place", html: pin(), iconSize: [32, 32], iconAnchor: [16, 30] });
  let isMarked = false;
  map.setView([20, 0], 1);
  map.on("click", (/** @type {import("../vendor/leaflet.js").MouseEvent} */ { latlng }) => latest.current.onChoose?.(placeOf(latlng)));
  // Where there was no room yet, as in what slides in.
  const sizes = new ResizeObserver(() => map.invalidateSize());
  sizes.observe(place);
  return {
    /** @param {MarkedPlace[]} markers */
    mark(markers) {
      layer.clearLayers();
      const { onChoose, onOpen } = latest.current;
      for (const { id, lat, lon, title } of markers) {
        const marker = leaflet.marker([lat, lon], { icon, title, alt: title, draggable: onChoose !== undefined });
        marker.on("click", () => onOpen?.(id));
        marker.on("keypress", (/** @type {{ originalEvent: KeyboardEvent }} */ { originalEvent }) => {
          if (originalEvent.key === "Enter") onOpen?.(id);
        });
        marker.on("dragend", () => latest.current.onChoose?.(placeOf(marker.getLatLng())));
        marker.addTo(layer);
      }
      const bounds = leaflet.latLngBounds(markers.map(({ lat, lon }) => [lat, lon]));
      if (bounds.isValid() && (!isMarked || !map.getBounds().contains(bounds))) map.fitBounds(bounds.pad(0.2), { maxZoom: NEAR });
      isMarked ||= bounds.isValid();
    },
    centre: () => placeOf(map.getCenter()),
    end() {
      sizes.disconnect();
      map.remove();
    },
  };
}

/**
 * On the one earth, however often the map went around it, to some centimetres.
 * @param {import("../vendor/leaflet.js").LatLng} point
 * @returns {Place}
 */
function placeOf(point) {
  const { lat, lng } = point.wrap();
  return { lat: Number(lat.toFixed(6)), lon: Number(lng.toFixed(6)) };
}

function pin() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PIN);
  svg.append(path);
  return svg.outerHTML;
}
