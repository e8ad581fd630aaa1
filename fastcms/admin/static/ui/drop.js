// A place where files are dropped, or chosen by what is inside it.

import { html, useState } from "../vendor/preact.js";

/**
 * @param {{ onFiles: (files: FileList) => void, children?: import("../vendor/preact.js").ComponentChildren }} props
 *   `onFiles` gets those that were dropped
 */
export function Drop({ onFiles, children }) {
  const [over, setOver] = useState(false);
  return html`<div class=${`drop ${over ? "over" : ""}`}
    onDragOver=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(true);
    }}
    onDragLeave=${() => setOver(false)}
    onDrop=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) onFiles(event.dataTransfer.files);
    }}>${children}</div>`;
}
