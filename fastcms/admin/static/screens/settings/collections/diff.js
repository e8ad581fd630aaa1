// Two texts side by side, line by line.

/** @typedef {{ left: string | null, right: string | null, same: boolean }} Line */

const CONTEXT = 3;
const MOST = 4_000_000; // pairs of lines that are compared

/**
 * @param {string} before
 * @param {string} after
 * @returns {Line[]}
 */
export function compare(before, after) {
  const [left, right] = [before.split("\n"), after.split("\n")];
  if (left.length * right.length > MOST) return paired(left, right);
  const width = right.length + 1;
  // The length of the longest common rest, for each pair of places.
  const common = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = left[i] === right[j]
        ? (common[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  /** @type {Line[]} */
  const lines = [];
  let [i, j] = [0, 0];
  /** @type {string[]} */
  let gone = [];
  /** @type {string[]} */
  let come = [];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(...paired(gone, come), { left: left[i] ?? "", right: right[j] ?? "", same: true });
      [gone, come] = [[], []];
      i += 1;
      j += 1;
    } else if (j >= right.length || (i < left.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) {
      gone.push(left[i] ?? "");
      i += 1;
    } else {
      come.push(right[j] ?? "");
      j += 1;
    }
  }
  return [...lines, ...paired(gone, come)];
}

/** @param {string[]} gone @param {string[]} come @returns {Line[]} */
function paired(gone, come) {
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => (
    { left: gone[at] ?? null, right: come[at] ?? null, same: false }));
}

/**
 * What differs, with some lines around it; null stands for those that are left out.
 * @param {Line[]} lines
 * @returns {(Line | null)[]}
 */
export function shortened(lines) {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ same }) => !same));
  return lines.flatMap((line, at) => (near[at] ? [line] : near[at - 1] || at === 0 ? [null] : []));
}
