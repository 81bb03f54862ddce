// Starts the page: tables, theme and definitions at once, the rest as soon as what it needs is inflated.

function prepareTables(element) {
  element.querySelectorAll("table").forEach((table) => { makeSortable(table); makeFoldable(table); });
}

function prepare(element) {
  offerDeals(element);
  prepareTables(element);
  keepDefinitions(element);
}

async function start() {
  prepare(document.getElementById("main"));
  offerDefinitions(document.getElementById("definition"));
  offerTheme(document.getElementById("theme"));
  const [content, { init, Tabulator }] = await Promise.all([inflate("content"), startLibraries()]);
  const held = new Content(JSON.parse(content));
  const drawings = new Drawings(init);
  for (const variant of held.sections) drawings.draw(chartsOf(held.section(variant, ...held.first)), `${variant.id}-`);
  const choice = new Choice(held, drawings, prepare);
  choice.start();
  new Behind(Tabulator, () => choice.here(), held.currency);
  performance.mark("ready");
  document.documentElement.dataset.ready = "true";
}

start();
