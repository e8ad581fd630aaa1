// What the server says of a rule while it is written.

import { useEffect, useState } from "../../vendor/preact.js";
import { pb } from "../../core/client.js";

/** @typedef {import("../../ui/code.js").CodeProblem} CodeProblem */

const PAUSE = 300; // milliseconds without a key

/**
 * @param {import("./kinds.js").Ruled} collection
 * @param {string | null} rule
 * @returns {CodeProblem[] | null}  null as long as it is not known
 */
export function useCheck(collection, rule) {
  const [checked, setChecked] = useState(/** @type {{ of: string, problems: CodeProblem[] } | null} */ (null));
  const { id, name, type, fields } = collection;
  // The fields of a view follow from its query, which is not saved either.
  const asked = !rule || (type === "view" && !id) ? "" : JSON.stringify({ collection: { id, name, type, fields }, rule });
  useEffect(() => {
    if (!asked || !rule) return undefined;
    let isOver = false;
    const timer = setTimeout(async () => {
      try {
        const { fault } = await pb.send("/api/rules/check", { method: "POST", body: JSON.parse(asked) });
        if (!isOver) setChecked({ of: asked, problems: fault ? [place(rule, fault)] : [] });
      } catch {
        // Saving says what is wrong, too.
        if (!isOver) setChecked({ of: asked, problems: [] });
      }
    }, PAUSE);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked]);
  if (!asked) return [];
  return checked?.of === asked ? checked.problems : null;
}

/**
 * The word that is to blame; the whole rule where none is.
 * @param {string} rule
 * @param {{ message: string, position: number | null }} fault  its position counts characters
 * @returns {CodeProblem}
 */
function place(rule, { message, position }) {
  if (position === null) return { from: 0, to: rule.length, message };
  const from = [...rule].slice(0, position).join("").length;
  const [word = ""] = /^(?:[\w@#.:]+|.)/.exec(rule.slice(from)) ?? [];
  return { from: word ? from : Math.max(0, from - 1), to: from + word.length, message };
}
