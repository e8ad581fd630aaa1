// A backup takes the place of everything: what that means, how far it is, and the way back in.

import { html, useEffect, useState } from "../../../vendor/preact.js";
import { pb, statusOf } from "../../../core/client.js";
import { loadCollections } from "../../../core/collections.js";
import { t } from "../../../core/language.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { State } from "../../../ui/state.js";
import { complain, say } from "../../../ui/toasts.js";
import { loadProgress } from "./known.js";

const STEPS = /** @type {const} */ (["unpacking", "examining", "restarting"]);
const PAUSE = 400;

/** @param {{ name: string, onClose: () => void }} props */
export function Restore({ name, onClose }) {
  const [typed, setTyped] = useState("");
  const [step, setStep] = useState("");
  const [problem, setProblem] = useState("");
  const isUnderWay = step !== "" && !problem;

  async function begin() {
    setProblem("");
    try {
      await pb.backups.restore(name);
      setStep(STEPS[0]);
    } catch (error) {
      complain(error);
    }
  }
  useEffect(() => {
    if (!isUnderWay) return undefined;
    let isOver = false;
    async function follow() {
      const state = await look();
      if (isOver) return;
      if (state.error) setProblem(state.error);
      else if (state.isDone) await finish();
      else {
        setStep((old) => state.step || old);
        timer = setTimeout(follow, PAUSE);
      }
    }
    let timer = setTimeout(follow, PAUSE);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isUnderWay]);

  async function finish() {
    onClose();
    try {
      await pb.collection("_superusers").authRefresh();
      await loadCollections();
      say(t("restoreDone", { name }));
    } catch (error) {
      // The account, or its key, may not be in the backup.
      if (statusOf(error) === 401 || statusOf(error) === 403 || statusOf(error) === 404) {
        pb.authStore.clear();
        say(t("restoreSignIn", { name }), { seconds: 30 });
      } else complain(error);
    }
  }
  return html`<${Dialog} title=${t("restoreTitle", { name })} onClose=${isUnderWay ? () => {} : onClose}>
    ${step ? html`<ol class="steps" aria-live="polite">
      ${STEPS.map((one) => html`<li key=${one} aria-current=${one === step ? "step" : undefined}>
        <${State} kind=${kindOf(one, step)} text=${t(`restore_${one}`)} /></li>`)}
    </ol>` : html`<p>${t("restoreText")}</p>
    <ol>
      <li>${t("restoreFirst")}</li><li>${t("restoreSecond")}</li><li>${t("restoreThird")}</li><li>${t("restoreFourth")}</li>
    </ol>`}
    ${problem && html`<p class="problem" role="alert">${t("restoreFailed", { reason: problem })}</p>`}
    ${!step && html`<form onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      if (typed === name) void begin();
    }}>
      <label class="field"><span class="label">${t("typeToConfirm", { name })}</span>
        <input value=${typed} autocomplete="off" spellcheck=${false}
          onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => setTyped(event.currentTarget.value)} /></label>
      <div class="buttons">
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} type="submit" kind="danger" disabled=${typed !== name}>${t("backupRestore")}<//>
      </div>
    </form>`}
    ${problem && html`<div class="buttons"><${Button} onClick=${onClose}>${t("close")}<//></div>`}
  <//>`;
}

/**
 * @param {string} one
 * @param {string} step
 * @returns {import("../../../ui/state.js").Kind}
 */
function kindOf(one, step) {
  if (one === step) return "busy";
  return STEPS.findIndex((name) => name === one) < STEPS.findIndex((name) => name === step) ? "good" : "quiet";
}

/** How far it is; a server that does not answer is on its way back. */
async function look() {
  try {
    const { action, step, error } = await loadProgress();
    if (error) return { error };
    if (action) return { step: step === "unpacking" ? STEPS[0] : STEPS[1] };
    const { data } = await pb.health.check();
    // To whoever is nobody any more it does not say so; then it is over as well.
    return data.canBackup === false ? { step: STEPS[2] } : { isDone: true };
  } catch (error) {
    return statusOf(error) === 401 || statusOf(error) === 403 ? { isDone: true } : { step: STEPS[2] };
  }
}
