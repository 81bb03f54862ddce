// The chosen period and model: what the menus say, what the page shows, and what its address keeps, so that a link
// leads to the same figures: #period=2026-Q2&model=linear&at=partners.

class Choice {
  constructor(content, drawings, prepare) {
    Object.assign(this, { content, drawings, prepare });
    [this.period, this.model] = content.first;
    this.menus = { period: document.getElementById("choose-period"), model: document.getElementById("choose-model") };
  }

  start() {
    addEventListener("hashchange", () => this.follow());
    document.addEventListener("click", (event) => this.#stay(event));
    for (const menu of Object.values(this.menus)) {
      menu.addEventListener("change", () => this.#keep());
      menu.closest("label").hidden = menu.options.length < 2;
    }
    document.getElementById("choice").hidden = false;
    this.follow();
  }

  /** What the page shows: the chosen period, null where there is none, and model, and the name of any model. */
  here() {
    const { periods, models } = this.content;
    return { period: periods.find((one) => one.key === this.period) ?? null, model: models.find((one) => one.key === this.model),
      nameOf: (key) => (models.find((one) => one.key === key)?.name ?? key).replace(/, primary$/, "") };
  }

  /** Show what the page's address says. */
  follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const [period, model] = this.content.first;
    if (!asked.has("period") && !asked.has("model") && location.hash) return;
    const held = (choices, key, otherwise) => (choices.some((choice) => choice.key === key) ? key : otherwise);
    this.show(held(this.content.periods, asked.get("period"), period), held(this.content.models, asked.get("model"), model));
    if (asked.has("at")) this.#goTo(asked.get("at"));
  }

  show(period, model) {
    this.menus.period.value = period;
    this.menus.model.value = model;
    if (period === this.period && model === this.model) return;
    const changed = this.content.sections.filter((one) => (one.byPeriod && period !== this.period) || (one.byModel && model !== this.model));
    [this.period, this.model] = [period, model];
    for (const variant of changed) this.#replace(variant);
    this.#tell();
  }

  #replace(variant) {
    const section = this.content.section(variant, this.period, this.model);
    const element = document.getElementById(variant.id);
    element.replaceChildren(...sectionParts(section).filter(Boolean));
    this.prepare(element);
    this.drawings.draw(chartsOf(section), `${variant.id}-`);
  }

  #tell() {
    const { period, model, nameOf } = this.here();
    if (period) {
      document.title = document.getElementById("title").textContent = period.title;
      document.getElementById("subtitle").textContent = period.subtitle;
    }
    for (const stamp of document.querySelectorAll("[data-stamp=model]")) stamp.textContent = nameOf(model.key);
    document.getElementById("told").textContent = `Now showing ${period ? `${period.name}, ` : ""}${model.name}.`;
  }

  #address(period, model, more) { return new URLSearchParams({ ...(period && { period }), model, ...more }).toString(); }

  /** Write the choice of the menus into the address, which is then followed. */
  #keep() { location.hash = this.#address(this.menus.period.value, this.menus.model.value); }

  /** A link inside the page must not lose the choice. */
  #stay(event) {
    const link = event.target.closest("a[href^='#']");
    const isFirst = this.period === this.content.first[0] && this.model === this.content.first[1];
    if (!link || isFirst || link.classList.contains("skip")) return;
    event.preventDefault();
    const at = link.getAttribute("href").slice(1);
    history.pushState(null, "", `#${this.#address(this.period, this.model, { at })}`);
    this.#goTo(at);
  }

  #goTo(id) {
    const target = document.getElementById(id);
    if (!target) return;
    target.scrollIntoView();
    target.closest("section, [tabindex]")?.focus({ preventScroll: true });
  }
}
