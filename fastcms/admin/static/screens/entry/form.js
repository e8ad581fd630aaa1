// A short form that is sent once: its values, what is wrong with them, and whether it is on its way.

import { useState } from "../../vendor/preact.js";
import { messageOf, problemsOf } from "../../core/client.js";
import { t } from "../../core/language.js";

/** @typedef {import("../../core/client.js").Problems} Problems */

/**
 * @template {Record<string, string>} Values
 * @param {Values} initial
 * @param {(values: Values) => Promise<unknown>} send
 */
export function useForm(initial, send) {
  const [values, setValues] = useState(initial);
  const [problems, setProblems] = useState(/** @type {Problems} */ ({}));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  /** @param {Event} event */
  async function onSubmit(event) {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    setProblems({});
    try {
      await send(values);
    } catch (error) {
      const found = problemsOf(error);
      setProblems(found);
      if (!Object.keys(found).some((name) => name in values)) {
        setProblem(messageOf(error, t("unreachable")));
      }
    } finally {
      setBusy(false);
    }
  }
  /** @param {keyof Values & string} name */
  function field(name) {
    return {
      value: values[name],
      problem: problems[name],
      onInput: (/** @type {string} */ value) => setValues((old) => ({ ...old, [name]: value })),
    };
  }
  return { busy, field, onSubmit, problem, setProblem, values };
}
