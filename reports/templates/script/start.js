// Starts the page: tables and theme at once, drawings as soon as the libraries are there.

document.querySelectorAll("main table").forEach((table) => { makeSortable(table); makeFoldable(table); });
offerTheme(document.getElementById("theme"));

async function start() {
  const content = JSON.parse(await inflate("content"));
  for (const [id, chart] of Object.entries(content.charts)) reserve(document.getElementById(id), chart);
  const { init } = await startLibraries();
  new Drawings(init).draw(content.charts);
  document.documentElement.dataset.ready = "true";
}

start();
