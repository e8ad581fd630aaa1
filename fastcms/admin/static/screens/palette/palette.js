// The command palette: what one types finds a place, a record or an action, and Enter takes it.

import { html, useEffect, useId, useMemo, useRef, useState } from "../../vendor/preact.js";
import { t } from "../../core/language.js";
import { Dialog } from "../../ui/dialog.js";
import { named, records } from "./commands.js";

/** @typedef {import("./commands.js").Command} Command */

/** Typing goes on faster than that. */
const PAUSE_MS = 180;

/** @param {{ onClose: () => void }} props */
export function Palette({ onClose }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const found = useRecords(typed);
  const commands = useMemo(() => [...named(typed), ...found], [typed, found]);
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const id = useId();
  const current = Math.min(at, commands.length - 1);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [current]);

  /** @param {Command | undefined} command */
  function take(command) {
    if (!command) return;
    onClose();
    if (command.href) location.hash = command.href;
    else command.act?.();
  }
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const last = commands.length - 1;
    const to = {
      ArrowDown: current < last ? current + 1 : 0, ArrowUp: current > 0 ? current - 1 : last,
      PageDown: Math.min(current + 8, last), PageUp: Math.max(current - 8, 0),
    }[event.key];
    if (to !== undefined) setAt(to);
    else if (event.key === "Enter") take(commands[current]);
    // Of itself it would only empty the box.
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
  }
  return html`<${Dialog} title=${t("commands")} onClose=${onClose}>
    <div class="palette">
      <input type="search" role="combobox" autofocus autocomplete="off" spellcheck=${false} value=${typed}
        aria-label=${t("paletteHelp")} placeholder=${t("paletteHelp")} aria-expanded="true" aria-controls=${id}
        aria-autocomplete="list" aria-activedescendant=${current < 0 ? undefined : `${id}-${current}`}
        onKeyDown=${onKeyDown} onInput=${(/** @type {InputEvent & { currentTarget: HTMLInputElement }} */ event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }} />
      <ul role="listbox" id=${id} ref=${list} aria-label=${t("commands")}>
        ${commands.map((command, index) => html`<li key=${`${command.group}${command.href ?? command.title}`} role="option"
          id=${`${id}-${index}`} aria-selected=${index === current} onClick=${() => take(command)}>
          <span class="palette-group">${t(`paletteGroup_${command.group}`)}</span>
          <span class="palette-title">${command.title}</span>
          ${command.detail && html`<span class="quiet">${command.detail}</span>`}
        </li>`)}
      </ul>
      <p class="quiet" role="status">${commands.length ? t("paletteCount", { count: commands.length }) : t("nothingFound")}</p>
    </div>
  <//>`;
}

/** @param {string} typed */
function useRecords(typed) {
  const [found, setFound] = useState(/** @type {Command[]} */ ([]));
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(async () => {
      const next = await records(typed);
      if (!isOver) setFound(next);
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [typed]);
  return found;
}
