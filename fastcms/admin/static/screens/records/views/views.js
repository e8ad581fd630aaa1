// Other ways to look at the records of a list than the table. To add one: a module, and a line here.

/** @typedef {import("../../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {import("../../../core/collections.js").Field} Field */
/**
 * @typedef {object} ViewProps
 * @property {CollectionModel} collection
 * @property {string} filter  what the list is narrowed to, in the filter language
 * @property {number} news  another one when the records may have changed
 * @property {(record: import("../../../core/client.js").RecordModel) => void} onOpen
 * @property {(condition: string) => void} onNarrow  adds a condition to the search
 */

const DATES = new Set(["date", "autodate"]);
const GROUPS = new Set(["bool", "relation", "select"]);

/** @param {CollectionModel} collection */
export const datesOf = (collection) => collection.fields.filter(({ type }) => DATES.has(type));
/** Fields whose values are few, so that records can be counted by them. @param {CollectionModel} collection */
export const groupsOf = (collection) => collection.fields.filter(({ type }) => GROUPS.has(type));
/** @param {CollectionModel} collection */
export const placesOf = (collection) => collection.fields.filter(({ type }) => type === "geoPoint");
/** Fields that may hold images. @param {CollectionModel} collection */
export const imagesOf = (collection) => collection.fields.filter(({ type, mimeTypes = [] }) =>
  type === "file" && (mimeTypes.length === 0 || mimeTypes.some((/** @type {string} */ name) => name.startsWith("image/"))));

/**
 * @typedef {object} View
 * @property {string} name  in the address
 * @property {import("../../../core/language.js").Key} title
 * @property {import("../../../ui/icon.js").Shape} icon
 * @property {(collection: CollectionModel) => boolean} fits
 * @property {() => Promise<import("../../../ui/lazy.js").Component>} load
 */

/** @type {readonly View[]} */
const VIEWS = [
  { name: "chart", title: "viewChart", icon: "chart", fits: (one) => datesOf(one).length + groupsOf(one).length > 0,
    load: async () => (await import("./chart.js")).ChartView },
  { name: "timeline", title: "viewTimeline", icon: "time", fits: (one) => datesOf(one).length > 0,
    load: async () => (await import("./timeline.js")).TimelineView },
  { name: "map", title: "viewMap", icon: "place", fits: (one) => placesOf(one).length > 0,
    load: async () => (await import("./map.js")).MapView },
  { name: "gallery", title: "viewGallery", icon: "image", fits: (one) => imagesOf(one).length > 0,
    load: async () => (await import("./gallery.js")).GalleryView },
];

/** Those that have something to show of a collection. @param {CollectionModel} collection */
export function viewsOf(collection) {
  return VIEWS.filter((view) => view.fits(collection));
}
