// Builds a section as the templates do (report.html.j2 and parts.html.j2), for the periods and models not shown first.

/** An element with `attributes` (those that are null or false are left out) and children: elements or texts. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== false && value !== "") element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== ""));
  return element;
}

/** The page's content, in which everything equal is held once. See reports/pool.py. */
class Content {
  #made = new Map();

  constructor(data) {
    Object.assign(this, data);
    let found = 0;
    this.nodes.forEach((node, number) => { if (node !== null && node.constructor === Object) this.#made.set(number, this.#figure(found++)); });
  }

  #figure(place) { return Object.fromEntries(Object.entries(this.figures).map(([name, values]) => [name, values[place]])); }

  /** What node `number` stands for. */
  get(number) {
    if (!this.#made.has(number)) this.#made.set(number, this.#make(number, this.nodes[number]));
    return this.#made.get(number);
  }

  #make(number, node) {
    if (!Array.isArray(node)) return node;
    const isRecord = node[0] < 0;
    let at = number;
    const parts = node.slice(isRecord ? 1 : 0).map((step, place) => this.get(at = place ? at + step : at - step));
    return isRecord ? Object.fromEntries(this.classes[-1 - node[0]].map((name, place) => [name, parts[place]])) : parts;
  }

  /** The section in the chosen period and model. */
  section(variant, period, model) {
    return this.get(variant.contents[`${variant.byPeriod ? period : ""}/${variant.byModel ? model : ""}`]);
  }
}

function figureParts(value) {
  const name = () => make("bdi", {}, value.text);
  const text = value.href ? make("a", { href: value.href }, name()) : value.is_name ? name() : value.is_words ? make("span", { class: "words" }, value.text) : value.text;
  return [
    text,
    ...(value.mark ? [" ", make("span", { class: "mark" }, value.mark)] : []),
    value.note && make("span", { class: "note" }, value.note),
    value.lines.length ? make("ul", { class: "lines" }, value.lines.map((line) => make("li", {}, line))) : "",
  ];
}

function headlineItem(item) {
  const { text, unit, is_words: isWords } = item.value;
  const value = isWords || !unit ? [text] : [make("span", { class: "unit" }, unit), " ", text.slice(0, -3), make("span", { class: "cents" }, text.slice(-3))];
  return make("li", {},
    make("h3", {}, item.title),
    make("p", { class: "value", title: item.help, "data-behind": item.value.behind }, value),
    make("p", { class: "detail" }, item.detail),
    make("ul", { class: "changes" }, item.changes.map(([direction, words]) => make("li", { class: direction }, words))));
}

function chartFigure(item, id) {
  return make("figure", { "aria-labelledby": `${id}-title` },
    make("figcaption", { id: `${id}-title` }, make("strong", {}, item.title), " ",
      make("a", { href: `#${item.table_id}` }, "Same figures as a table"), make("span", { class: "unseen" }, `. ${item.description}`)),
    make("div", { id, class: "drawing", "aria-hidden": "true" }));
}

function dataTable(item) {
  const columns = item.columns;
  if (!item.rows.length || !item.rows[0].length) return [make("p", { id: item.id, class: "empty" }, item.empty)];
  const kind = (column) => column.align + (column.is_chosen ? " chosen" : "") + (column.is_prose ? " prose" : "");
  const heading = (column) => make("th", { scope: "col", class: kind(column), title: column.help,
    "aria-sort": item.sorted_by === column.key && "descending" }, column.title);
  const cell = (column, place, row) => {
    const value = item.rows[place][row];
    return make(place ? "td" : "th", { scope: place ? null : "row", class: kind(column), "data-sort": value.sort === true ? value.text.replaceAll(",", "") : value.sort,
      "data-behind": value.behind }, figureParts(value));
  };
  const wrap = make("div", { class: `table-wrap${item.is_matrix ? " matrix" : ""}`, role: "region", "aria-labelledby": `${item.id}-caption`, tabindex: "0" },
    make("table", { id: item.id, "data-fold": item.fold_after },
      make("caption", { id: `${item.id}-caption` }, make("span", {}, item.caption)),
      make("thead", {}, make("tr", {}, columns.map(heading))),
      make("tbody", {}, item.rows[0].map((_, row) => make("tr", {}, columns.map((column, place) => cell(column, place, row)))))));
  return [wrap, item.note && make("p", { class: "table-note" }, item.note)];
}

const chartId = (section, place) => `${section.id}-chart-${place + 1}`;

/** The charts of `section` by the id of their place. */
function chartsOf(section) {
  return Object.fromEntries(section.charts.map((chart, place) => [chartId(section, place), chart]));
}

/** What stands in the element of `section`. */
function sectionParts(section) {
  const list = (name, items, each) => (items.length ? make("ul", { class: name }, items.map(each)) : "");
  return [
    make("h2", { id: `${section.id}-title` }, section.title),
    list("headlines", section.headlines, headlineItem),
    ...section.lead.map((sentence) => make("p", { class: "lead" }, sentence)),
    list("notices", section.notices, (notice) => make("li", {}, notice)),
    ...section.charts.map((chart, place) => chartFigure(chart, chartId(section, place))),
    section.facts.length ? make("dl", { class: "facts" }, section.facts.map(([term, sentences]) =>
      make("div", {}, make("dt", {}, term), sentences.map((sentence) => make("dd", {}, sentence))))) : "",
    ...section.tables.flatMap(dataTable),
  ];
}
