// The deals and touchpoints behind a figure, in a dialog. The page carries them; see reports/behind.py for what is asked.

/** Make each figure that has deals a button. */
function offerDeals(element) {
  for (const place of element.querySelectorAll("[data-behind]")) {
    const shown = place.matches(".value") ? [...place.childNodes] : [place.firstChild];
    if (place.childNodes.length > 1 && !place.matches(".value")) {
      shown[0].textContent = shown[0].textContent.trim();
      shown[0].after(" ");
    }
    const button = make("button", { type: "button", class: "drill", "aria-haspopup": "dialog" });
    shown[0].before(button);
    button.append(...shown);
    button.setAttribute("aria-label", `${button.textContent.trim()}, show the deals behind it`);
  }
}

const money = (cents) => (cents === null || cents === undefined ? "none" : `${cents < 0 ? "minus " : ""}${number(Math.abs(cents) / 100, 2)}`);
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function day(iso) {
  if (!iso) return "not known";
  const [year, month, date] = iso.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** The deals that the page carries, row by row on request. */
class Deals {
  constructor(data) { Object.assign(this, { data }); }

  word(code, missing = "") { return code ? this.data.words[code] ?? code : missing; }

  deal(place) {
    const row = Object.fromEntries(Object.entries(this.data.deals).map(([name, values]) => [name, values[place]]));
    const [id, name, account] = this.data.names[place];
    return { ...row, place, id, deal: name || id, account: account || "not known", outcome: this.word(row.status),
      category: this.word(row.deal_category), reason: row.exclusion_reason };
  }

  partner(place) {
    const [id, name, tier, type] = this.data.partners[place] ?? ["", "not known", null, null];
    return { partner_id: id, partner: name || id, tier: tier ?? "no_tier", partner_type: type ?? "not_known" };
  }

  touch(place) {
    const row = Object.fromEntries(Object.entries(this.data.touches).map(([name, values]) => [name, values[place]]));
    return { ...row, ...this.partner(row.partner), type: this.word(row.influence_type), activity: this.word(row.what) };
  }

  touchesOf(deal) { return this.data.touches.deal.flatMap((held, place) => (held === deal ? [this.touch(place)] : [])); }

  /** The rows that `asked` names: deals, or credits of partners or of touchpoints on deals. */
  rows(asked) {
    if (asked.deals === "one") return this.data.names.flatMap(([id], place) => (id === asked.deal ? [this.deal(place)] : []));
    const isInside = (deal) => deal.closed >= asked.from && deal.closed <= asked.to && (!asked.category || deal.deal_category === asked.category
      || (asked.category === "partner" && deal.deal_category !== "direct")) && (!asked.primary || deal.primary_influence_type === asked.primary)
      && this.#isIntegrated(asked, deal);
    const deals = this.data.names.map((_, place) => this.deal(place)).filter(isInside);
    if (asked.deals === "credit") return this.#credits(asked, new Map(deals.map((deal) => [deal.place, deal])));
    const counts = { revenue: "is_revenue", booked: "counts_as_booked", churned: "counts_as_booked" }[asked.deals] ?? "counts_in_rates";
    if (asked.deals === "open") return deals.filter((deal) => deal.status === "open");
    const isWon = { timed: (deal) => deal.sales_cycle_days !== null, discounted: (deal) => deal.is_discounted }[asked.deals];
    const touched = asked.partner && new Set(this.data.touches.deal.filter((_, place) => this.touch(place).partner_id === asked.partner));
    return deals.filter((deal) => deal[counts] && (asked.deals !== "churned" || !deal.is_revenue)
      && (!isWon || (deal.status === "won" && isWon(deal))) && (!touched || touched.has(deal.place)));
  }

  /** Whether the account had the asked-for integrations when the deal began. */
  #isIntegrated(asked, deal) {
    if (asked.integrated) return Boolean(deal.has_beginning) && (deal.integrations.length > 0) === (asked.integrated === "any");
    return (!asked.integration || deal.integrations.some(([name]) => name === asked.integration))
      && (!asked.maker || deal.integrations.some(([, partner]) => partner === asked.maker));
  }

  #credits(asked, deals) {
    const { deal: held, cents } = asked.type ? this.data.touches : this.data.credits;
    const model = this.data.models.indexOf(asked.model);
    const found = [];
    held.forEach((place, row) => {
      const credit = cents[row]?.[model];
      if (!credit || !deals.has(place)) return;
      const part = asked.type ? this.touch(row) : this.partner(this.data.credits.partner[row]);
      const isWanted = (!asked.partner || part.partner_id === asked.partner) && (!asked.tier || part.tier === asked.tier) && (!asked.type || part.influence_type === asked.type)
        && (!asked.partner_type || part.partner_type === asked.partner_type);
      if (isWanted) found.push({ ...deals.get(place), ...part, credit });
    });
    return found;
  }
}

const TEXT = (field, title, more) => ({ field, title, sorter: "string", minWidth: 120, widthGrow: 2, ...more });
const MONEY = (field, title) => ({ field, title, sorter: "number", hozAlign: "right", headerHozAlign: "right", headerSortStartingDir: "desc", minWidth: 140,
  formatter: (cell) => money(cell.getValue()) });
const DAY = (field, title) => ({ field, title, sorter: "string", minWidth: 105, headerSortStartingDir: "desc", formatter: (cell) => day(cell.getValue()) });

/** The dialog. `here()` is what the page shows now; `Tabulator` draws the list. */
class Behind {
  #table = null;

  constructor(Tabulator, here, currency) {
    Object.assign(this, { Tabulator, here, currency });
    this.dialog = document.getElementById("behind");
    this.part = (name) => document.getElementById(`behind-${name}`);
    document.getElementById("main").addEventListener("click", (event) => { if (event.target.closest(".drill")) this.open(event.target.closest("[data-behind]")); });
    this.part("close").addEventListener("click", () => this.dialog.close());
    this.part("filter").addEventListener("input", (event) => this.#filter(event.target.value));
  }

  async open(place) {
    this.#forget();
    this.deals ??= new Deals(JSON.parse(await inflate("deals")));
    const { period, model } = this.here();
    const [from, to] = period?.days ?? ["", ""];
    const asked = { from, to, model: model.key, ...Object.fromEntries(new URLSearchParams(place.dataset.behind)) };
    const rows = this.deals.rows(asked);
    this.#list(true);
    this.part("title").replaceChildren(...this.#titleOf(place));
    this.part("lead").textContent = this.#lead(asked, rows);
    this.part("note").textContent = this.#note(asked);
    this.part("filter").value = this.part("told").textContent = "";
    this.dialog.showModal();
    this.part("title").focus();
    this.#draw(rows, asked);
  }

  #titleOf(place) {
    const value = place.querySelector(".drill").textContent.trim();
    const cell = place.closest("td, th");
    if (!cell) return [`${place.closest("li").querySelector("h3").textContent}: ${value}`];
    const name = cell.parentElement.cells[0];
    if (cell === name) return [make("bdi", {}, value)];
    const subject = (name.querySelector("bdi") ?? name.querySelector("button")?.firstChild ?? name.firstChild).textContent.trim();
    return [make("bdi", {}, subject), `, ${cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent.trim()}: ${value}`];
  }

  #lead(asked, rows) {
    const count = new Set(rows.map((row) => row.place)).size;
    const under = asked.deals === "credit" ? `, under ${this.here().nameOf(asked.model)}` : "";
    if (asked.deals === "one") return "The deal opens its touchpoints.";
    const happened = asked.deals === "open" ? "expected to close" : "closed";
    return `${count.toLocaleString("en")} ${count === 1 ? "deal" : "deals"} ${happened} ${day(asked.from)} to ${day(asked.to)}${under}. A deal opens its touchpoints.`;
  }

  #note(asked) {
    const { left } = this.deals.data;
    if (!left || asked.from > left) return "";
    return `Deals that closed on or before ${day(left)} are not in this file, to keep it small. "pir explain deal" and "pir explain partner" tell of every one.`;
  }

  #columns(asked) {
    const money = `(${this.currency})`;
    const deal = TEXT("deal", "Deal", { minWidth: 180, widthGrow: 3, formatter: (cell) => this.#opener(cell.getData()) });
    const shared = [deal, DAY("closed", asked.deals === "open" ? "Expected" : "Closed")];
    if (asked.type) return [...shared, TEXT("partner", "Partner"), TEXT("activity", "Activity"), DAY("day", "On"), MONEY("credit", `Credit ${money}`)];
    const rest = [TEXT("category", "Category"), MONEY("amount", `Amount ${money}`)];
    if (asked.deals !== "credit") return [...shared, TEXT("account", "Account"), TEXT("outcome", "Outcome", { widthGrow: 1, minWidth: 90 }), ...rest];
    return [...shared, asked.partner ? TEXT("account", "Account") : TEXT("partner", "Partner"), ...rest, MONEY("credit", `Credit ${money}`)];
  }

  #opener(row) {
    const button = make("button", { type: "button", class: "drill" }, make("bdi", {}, row.deal));
    button.addEventListener("click", () => this.#open(row.place));
    return button;
  }

  #draw(rows, asked) {
    const titleFormatter = (cell) => make("button", { type: "button", class: "plain" }, cell.getValue());
    const columns = this.#columns(asked).map((column) => ({ ...column, titleFormatter }));
    this.#table = new this.Tabulator(this.part("table"), { data: rows, columns, layout: "fitColumns", height: rows.length > 12 ? "22rem" : false,
      placeholder: "No deal.", initialSort: [{ column: asked.deals === "credit" ? "credit" : "amount", dir: "desc" }] });
    this.#table.on("tableBuilt", () => this.#name());
    this.asked = asked;
  }

  /** Roles as screen readers need them: Tabulator puts a focusable part without one between the grid and its rows. */
  #name() {
    const grid = this.part("table");
    grid.setAttribute("aria-labelledby", "behind-title");
    grid.removeAttribute("aria-owns");
    grid.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup");
    grid.querySelector(".tabulator-table").setAttribute("role", "presentation");
  }

  #filter(text) {
    const wanted = text.trim().toLowerCase();
    this.#table.setFilter((row) => [row.deal, row.id, row.account, row.partner, row.category, row.activity].some((one) => one?.toLowerCase().includes(wanted)));
    const found = this.#table.getDataCount("active");
    this.part("told").textContent = `${found} ${found === 1 ? "row" : "rows"}`;
  }

  #list(isList) {
    this.part("list").hidden = !isList;
    this.part("deal").hidden = isList;
  }

  #open(place) {
    const deal = this.deals.deal(place);
    const back = make("button", { type: "button", class: "back" }, "Back to the deals");
    back.addEventListener("click", () => { this.#list(true); this.part("title").focus(); });
    const title = make("h3", { tabindex: "-1" }, make("bdi", {}, deal.deal));
    const facts = [["Amount", `${this.currency} ${money(deal.amount)}`], [deal.status === "open" ? "Expected to close" : "Closed", day(deal.closed)], ["Outcome", deal.outcome], ["Category", deal.category],
      ["Account", deal.account], ["Primary influence type", this.deals.word(deal.primary_influence_type, "none")],
      ["Sales cycle", deal.sales_cycle_days === null ? "not known" : `${deal.sales_cycle_days} days`]];
    this.part("deal").replaceChildren(back, title,
      make("dl", { class: "facts" }, facts.map(([term, value]) => make("div", {}, make("dt", {}, term), make("dd", {}, value)))),
      ...this.#touches(deal), make("p", { class: "table-note" }, "Every touchpoint, also those left out and why, and each step of the arithmetic: ",
        make("code", {}, `pir explain deal ${deal.id}`)));
    prepareTables(this.part("deal"));
    this.#list(false);
    title.focus();
  }

  #touches(deal) {
    const held = this.deals.touchesOf(deal.place);
    if (!held.length) return [make("p", {}, "No touchpoint counts on this deal: it is direct.")];
    const model = this.deals.data.models.indexOf(this.asked.model);
    const figure = (text, sort = null, isName = false) => ({ text, sort, is_name: isName, is_words: false, note: "", mark: "", lines: [], href: "", behind: "" });
    const credit = (touch) => (touch.cents ? figure(money(touch.cents[model] ?? 0), (touch.cents[model] ?? 0) / 100) : figure("none"));
    const column = (key, title, align, help = "") => ({ key, title, align, help, is_chosen: false });
    return dataTable({ id: "behind-touches", caption: `Touchpoints that count, credit under ${this.here().nameOf(this.asked.model)}`, fold_after: null, sorted_by: null,
      is_matrix: false, note: "", empty: "",
      columns: [column("place", "Touchpoint", "text"), column("day", "On", "text"), column("partner", "Partner", "text"), column("activity", "Activity", "text"),
        column("type", "Influence type", "text"), column("weight", "Weight", "number"), column("credit", `Credit (${this.currency})`, "number")],
      rows: [held.map((_, place) => figure(String(place + 1), place)), held.map((one) => figure(day(one.day), one.day)), held.map((one) => figure(one.partner, null, true)),
        held.map((one) => figure(one.activity)), held.map((one) => figure(one.type)),
        held.map((one) => (one.weight === null ? figure("none") : figure(number(one.weight, 2), one.weight))), held.map(credit)] });
  }

  #forget() {
    this.#table?.destroy();
    this.#table = null;
  }
}
