// What the addresses of protected files need: one token for all of them, new when it has become old.

import { useEffect, useState } from "../vendor/preact.js";
import { pb } from "./client.js";

const GOOD_FOR = 60_000; // milliseconds; the server lets it live for two minutes or more
let [asked, token] = [0, Promise.resolve("")];

function fileToken() {
  if (Date.now() - asked > GOOD_FOR) {
    asked = Date.now();
    token = pb.files.getToken().catch(() => {
      asked = 0;
      return "";
    });
  }
  return token;
}

/**
 * @param {boolean} isNeeded
 * @returns {string | null} null until it is there
 */
export function useFileToken(isNeeded) {
  const [found, setFound] = useState(isNeeded ? null : "");
  useEffect(() => {
    if (isNeeded) void fileToken().then(setFound);
  }, [isNeeded]);
  return found;
}
