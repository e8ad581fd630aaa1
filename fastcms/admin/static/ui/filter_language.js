// Filters and rules, as an editor of code colours them.

/** @type {import("../vendor/codemirror.js").StreamParser<null>} */
export const filterLanguage = {
  name: "filter",
  languageData: { closeBrackets: { brackets: ["(", "'", '"'] }, commentTokens: { line: "//" } },
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^'(?:[^'\\]|\\.)*'?/) || stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^-?\d+(\.\d+)?/)) return "number";
    if (stream.match(/^(&&|\|\|)/)) return "logicOperator";
    if (stream.match(/^\??(!=|!~|>=|<=|=|~|>|<)/)) return "compareOperator";
    if (stream.match(/^@[\w.:]+/)) return "atom";
    if (stream.match(/^(true|false|null)\b/)) return "bool";
    if (stream.match(/^[a-z]\w*(?=\()/i)) return "keyword";
    if (stream.match(/^:\w+/)) return "keyword";
    if (stream.match(/^[a-z_][\w.]*/i)) return "variableName";
    stream.next();
    return null;
  },
};
