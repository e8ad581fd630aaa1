// English: editors, charts and maps.

export default {
  chart: "chart",
  chartEmpty: "There is nothing to show yet.",
  chartSeries: "{name}: {least} to {most}, {last} at last.",
  chartSpan: "From {from} to {to}.",
  chartTime: "Time",
  mapHelp: "Click on the map, drag the pin, or move the map with the arrow keys and press Enter.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
};
