// Sorting and folding of tables. Without a script every table is whole and readable.

function sortValue(row, index) {
  const cell = row.cells[index];
  if (cell.dataset.sort === undefined) return cell.querySelector(".words") ? null : cell.textContent.trim().toLowerCase();
  const number = Number(cell.dataset.sort);
  return Number.isNaN(number) ? cell.dataset.sort : number;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

function fold(table) {
  const limit = Number(table.dataset.fold);
  if (!limit) return;
  Array.from(table.tBodies[0].rows).forEach((row, place) => { row.hidden = place >= limit; });
}

function sortBy(table, header) {
  const headers = Array.from(table.tHead.rows[0].cells);
  const index = headers.indexOf(header);
  const isText = header.classList.contains("text");
  const was = header.getAttribute("aria-sort");
  const now = was === null ? (isText ? "ascending" : "descending") : was === "ascending" ? "descending" : "ascending";
  const sign = now === "ascending" ? 1 : -1;
  const rows = Array.from(table.tBodies[0].rows, (row) => ({ row, value: sortValue(row, index) }));
  rows.sort((a, b) => {
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
    return sign * compare(a.value, b.value);
  });
  headers.forEach((other) => other.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", now);
  table.tBodies[0].append(...rows.map((item) => item.row));
  fold(table);
}

function makeSortable(table) {
  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(table, header));
  }
}

function makeFoldable(table) {
  const total = table.tBodies[0].rows.length;
  const limit = Number(table.dataset.fold);
  if (!limit || total <= limit) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "unfold";
  const show = (isFolded) => {
    if (isFolded) table.dataset.fold = String(limit); else table.dataset.fold = "";
    for (const row of table.tBodies[0].rows) row.hidden = false;
    fold(table);
    button.setAttribute("aria-expanded", String(!isFolded));
    button.textContent = isFolded ? `Show all ${total.toLocaleString("en")} rows` : `Show the first ${limit} rows`;
  };
  button.setAttribute("aria-controls", table.id);
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") === "true"));
  table.parentElement.after(button);
  show(true);
}
