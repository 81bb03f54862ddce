// Starts the page: tables and theme at once, menus and drawings as soon as what they need is inflated.

function prepare(element) {
  element.querySelectorAll("table").forEach((table) => { makeSortable(table); makeFoldable(table); });
}

async function start() {
  prepare(document.getElementById("main"));
  offerTheme(document.getElementById("theme"));
  const [content, { init }] = await Promise.all([inflate("content"), startLibraries()]);
  const held = new Content(JSON.parse(content));
  const drawings = new Drawings(init);
  for (const variant of held.sections) drawings.draw(chartsOf(held.section(variant, ...held.first)), `${variant.id}-`);
  new Choice(held, drawings, prepare).start();
  document.documentElement.dataset.ready = "true";
}

start();
