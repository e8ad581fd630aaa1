// The input of each type of field. To add one: a module beside this, and a line in INPUTS.

import { bool } from "./bool.js";
import { date } from "./date.js";
import { editor } from "./editor.js";
import { file } from "./file.js";
import { geoPoint } from "./geo_point.js";
import { json } from "./json.js";
import { line } from "./line.js";
import { number } from "./number.js";
import { password } from "./password.js";
import { polymorphic, relation } from "./relation.js";
import { select } from "./select.js";
import { text } from "./text.js";

/** @typedef {import("../../../core/collections.js").Field} Field */
/** @typedef {import("../../../core/client.js").RecordModel} RecordModel */
/**
 * @typedef {object} Props
 * @property {Field} field
 * @property {RecordModel | null} record
 * @property {any} value
 * @property {string} problem
 * @property {boolean} disabled
 * @property {(value: unknown) => void} onInput
 */
/**
 * @typedef {object} Input
 * @property {(props: Props) => unknown} Input
 * @property {(stored: any, field: Field) => any} take  from the API's value to what the input holds; undefined for a new record
 * @property {(value: any, field: Field) => any} give  back again; undefined sends nothing, an Error says what is wrong
 * @property {boolean} [drafted]  false for what is not to be kept in the browser
 */

/** @type {Record<string, Input>} */
const INPUTS = {
  bool, date, editor, email: line, file, geoPoint, json, manyToMany: relation, number, password,
  polymorphic, relation, select, text, url: line,
};

/**
 * @param {Field} field
 * @returns {Input}
 */
export function inputOf(field) {
  // A type that is not known here can be written as JSON.
  return INPUTS[field.type] ?? json;
}
