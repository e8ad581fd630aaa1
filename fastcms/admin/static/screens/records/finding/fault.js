// What is wrong with a filter, and where: the server knows.

import { useEffect, useState } from "../../../vendor/preact.js";
import { messageOf, pb, statusOf } from "../../../core/client.js";
import { t } from "../../../core/language.js";

/** @typedef {{ message: string, from: number | null }} Fault  `from` is a place in the filter */

/**
 * @param {string} collection  its id
 * @param {string} filter
 * @param {unknown} error  what a list of this filter was answered with, or null
 * @returns {Fault | null}
 */
export function useFault(collection, filter, error) {
  const [fault, setFault] = useState(/** @type {Fault | null} */ (null));
  useEffect(() => {
    let isOver = false;
    setFault(error ? { message: statusOf(error) === 400 ? t("badFilter") : messageOf(error, t("unreachable")), from: null } : null);
    if (statusOf(error) === 400 && filter) {
      pb.send("/api/rules/check", { method: "POST", body: { collection, rule: filter } }).then(
        ({ fault: found }) => {
          if (isOver) return;
          if (found) setFault({ message: t("filterFault", { message: found.message }), from: unitsBefore(filter, found.position) });
        },
        () => {},
      );
    }
    return () => {
      isOver = true;
    };
  }, [collection, filter, error]);
  return fault;
}

/**
 * The server counts characters, a browser counts in units of 16 bits.
 * @param {string} text
 * @param {number | null} position
 */
function unitsBefore(text, position) {
  return position === null ? null : [...text].slice(0, position).join("").length;
}
