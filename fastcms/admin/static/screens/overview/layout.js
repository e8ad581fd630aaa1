// Where the boxes of the diagram stand: in columns, each right of those that its fields name.

/** @typedef {import("../../core/client.js").CollectionModel} CollectionModel */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ from: string, field: string, row: number, to: string, many: boolean }} Edge  ids of collections */

export const WIDTH = 230;
export const HEAD = 34;
export const ROW = 22;
const ROWS = 14;
const GAP = { x: 110, y: 36 };
const TALL = 1100;

/** @param {CollectionModel} collection  fields that are shown, and how many are not */
export function rowsOf({ fields }) {
  const shown = fields.length > ROWS ? fields.slice(0, ROWS - 1) : fields;
  return { shown, more: fields.length - shown.length };
}

/** @param {CollectionModel} collection */
export function heightOf(collection) {
  const { shown, more } = rowsOf(collection);
  return HEAD + ROW * (shown.length + (more > 0 ? 1 : 0)) + 8;
}

/**
 * @param {CollectionModel[]} boxes
 * @param {Edge[]} edges
 * @returns {Map<string, Point>}
 */
export function layout(boxes, edges) {
  const targets = new Map(boxes.map(({ id }) => [id, edges.filter((edge) => edge.from === id && edge.to !== id).map(({ to }) => to)]));
  const layers = layersOf(targets);
  const columns = /** @type {CollectionModel[][]} */ ([]);
  for (const box of boxes) (columns[layers.get(box.id) ?? 0] ??= []).push(box);
  const ordered = /** @type {Map<string, number>} */ (new Map());
  /** @type {Map<string, Point>} */
  const places = new Map();
  let x = 0;
  for (const column of columns) {
    // Near to what they name, so that few lines cross.
    const middle = new Map(column.map(({ id }) => [id, mean((targets.get(id) ?? []).flatMap((to) => ordered.get(to) ?? []))]));
    column.sort((one, other) => (middle.get(one.id) ?? 0) - (middle.get(other.id) ?? 0));
    let y = 0;
    column.forEach((box, at) => {
      const height = heightOf(box);
      if (y > 0 && y + height > TALL) {
        y = 0;
        x += WIDTH + GAP.x / 2;
      }
      places.set(box.id, { x, y });
      ordered.set(box.id, at);
      y += height + GAP.y;
    });
    x += WIDTH + GAP.x;
  }
  return places;
}

/** @param {number[]} values */
function mean(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : Infinity;
}

/**
 * How many steps each is from those that name nothing; circles are cut where they close.
 * @param {Map<string, string[]>} targets
 */
function layersOf(targets) {
  /** @type {Map<string, number>} */
  const layers = new Map();
  /** @param {string} id @param {ReadonlySet<string>} above @returns {number} */
  function layerOf(id, above) {
    const known = layers.get(id);
    if (known !== undefined) return known;
    const inner = new Set([...above, id]);
    const below = (targets.get(id) ?? []).filter((to) => targets.has(to) && !inner.has(to));
    const layer = below.length ? 1 + Math.max(...below.map((to) => layerOf(to, inner))) : 0;
    layers.set(id, layer);
    return layer;
  }
  for (const id of targets.keys()) layerOf(id, new Set());
  return layers;
}
