// What is dangerous about a change, in the words of whoever is going to make it.

import { t } from "../../core/language.js";
import { ruleText as textOf } from "../rules/kinds.js";

/** @typedef {{ key: string, before: unknown, after: unknown }} Change */
/** @typedef {{ action: "add" | "change" | "remove", name: string, was: string, options: Change[] }} FieldChange */
/**
 * @typedef {object} Plan  what the server would do
 * @property {{ name: string, was: string, fields: FieldChange[], rules: Change[], options: Change[] }[]} collections
 * @property {{ name: string, records: number }[]} losses
 */

const RULES_AMONG_OPTIONS = new Set(["authRule", "manageRule", "mfa.rule"]);
/** Guards that were on. */
const GUARDS = new Set(["lockout.enabled", "mfa.enabled", "otp.enabled", "totp.enabled"]);

/**
 * @param {Plan} plan
 * @param {{ edited: import("./edited.js").Edited, indexes: string[] }} more  `indexes` go with their fields
 * @returns {{ texts: string[], isLoss: boolean }}
 */
export function risksOf(plan, { edited, indexes }) {
  const [change] = plan.collections;
  const lost = new Map(plan.losses.map(({ name, records }) => [name.slice(name.indexOf(".") + 1), records]));
  /** @type {string[]} */
  const texts = [];
  if (change?.was) texts.push(t("risk_renamed", { was: change.was, name: change.name }));
  for (const { action, name, was, options } of change?.fields ?? []) {
    const records = lost.get(was || name);
    if (action === "remove") texts.push(records ? t("risk_lost", { name, count: records }) : t("risk_removed", { name }));
    else if (records && action === "change") texts.push(t("risk_single", { name, count: records }));
    if (was) texts.push(t("risk_fieldRenamed", { was, name }));
    if (options.some(({ key, before }) => key === "hidden" && before === true) && action === "change") {
      texts.push(t("risk_shown", { name }));
    }
  }
  if (indexes.length) texts.push(t("risk_indexes", { count: indexes.length }));
  const options = change?.options ?? [];
  for (const rule of [...(change?.rules ?? []), ...options.filter(({ key }) => RULES_AMONG_OPTIONS.has(key))]) {
    texts.push(ruleText(rule));
  }
  for (const { key, before, after } of options) {
    if (GUARDS.has(key) && before === true && !after) texts.push(t("risk_guard", { name: key.split(".")[0] ?? "" }));
  }
  const oidc = options.some(({ key, before, after }) => key.startsWith("oauth2.providers") && isOidc(before) && !same(before, after));
  if (oidc) texts.push(t("risk_oidc"));
  if (edited.renewed.length) texts.push(t("risk_tokens", { count: edited.renewed.length }));
  return { texts, isLoss: plan.losses.length > 0 };
}

/** @param {Change} change */
function ruleText({ key, before, after }) {
  const name = textOf(key, "title");
  // No rule of a second factor asks it of everybody; none for managing is for superusers.
  if (after === "" && key !== "mfa.rule") return t("risk_opened", { name });
  if (after === null) return t("risk_closed", { name });
  if (before === null) return t("risk_unlocked", { name, rule: String(after) });
  return t("risk_rule", { name, rule: String(after) });
}

/** @param {unknown} providers */
function isOidc(providers) {
  return Array.isArray(providers) && providers.some(({ name }) => /^oidc\d*$/.test(name));
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  /** @param {unknown} providers */
  const oidc = (providers) => JSON.stringify((Array.isArray(providers) ? providers : []).filter(({ name }) => /^oidc\d*$/.test(name)));
  return oidc(one) === oidc(other);
}
