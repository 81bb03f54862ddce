// Starts a page without charts.

document.querySelectorAll("main table").forEach((table) => { makeSortable(table); makeFoldable(table); });
offerTheme(document.getElementById("theme"));
