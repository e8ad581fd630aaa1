// German: editors, charts and maps.

/** @type {typeof import("../en/editors.js").default} */
export default {
  chart: "Diagramm",
  chartEmpty: "Noch gibt es nichts zu zeigen.",
  chartSeries: "{name}: {least} bis {most}, zuletzt {last}.",
  chartSpan: "Von {from} bis {to}.",
  chartTime: "Zeit",
  mapHelp: "Klicken Sie auf die Karte, ziehen Sie die Nadel, oder verschieben Sie die Karte mit den Pfeiltasten und drücken Sie Enter.",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
};
