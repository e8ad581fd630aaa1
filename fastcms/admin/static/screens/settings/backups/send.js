// Sends a file and tells how far it is; `fetch` does not know that.

import { base, pb } from "../../../core/client.js";
import { t } from "../../../core/language.js";

/**
 * @param {string} path
 * @param {File} file
 * @param {(share: number) => void} tell  of what has left, from 0 to 1
 * @returns {{ done: Promise<void>, stop: () => void }}
 */
export function sendFile(path, file, tell) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file", file);
  /** @type {Promise<void>} */
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => tell(total ? loaded / total : 0);
    request.onerror = () => reject(new Error(t("unreachable")));
    request.onabort = () => reject(new Error(t("backupUploadStopped")));
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(reasonIn(request.responseText))));
  });
  request.open("POST", base + path);
  request.setRequestHeader("Authorization", pb.authStore.token);
  request.send(form);
  return { done, stop: () => request.abort() };
}

/** @param {string} text  of an answer that is no success */
function reasonIn(text) {
  try {
    const { message, data } = JSON.parse(text);
    return Object.values(data ?? {})[0]?.message ?? message;
  } catch {
    return text;
  }
}
