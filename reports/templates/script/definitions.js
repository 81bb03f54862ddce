// What a number means, where a pointer rests on it or the focus is in it. The methodology holds the same definitions.

/** Keep what the templates wrote as titles, which keyboards and fingers don't reach, for the page's own hints. */
function keepDefinitions(element) {
  for (const place of element.querySelectorAll("[title]")) {
    place.dataset.help = place.title;
    place.removeAttribute("title");
    if (!place.querySelector("button")) place.tabIndex = 0;
  }
}

/** The definition that belongs to `target`: its own, its headline's, or that of its column. */
function definitionOf(target) {
  const own = target.closest?.("[data-help]") ?? target.closest?.(".headlines > li")?.querySelector("[data-help]");
  if (own) return own.dataset.help;
  const cell = target.closest?.("main td");
  return cell ? cell.closest("table").tHead.rows[0].cells[cell.cellIndex].dataset.help : undefined;
}

function offerDefinitions(hint) {
  let at = null;
  const hide = () => {
    if (!at) return;
    at.removeAttribute("aria-describedby");
    at = null;
    hint.hidePopover();
  };
  const show = (place, target) => {
    const words = definitionOf(target);
    if (place === at && hint.textContent === words) return;
    hide();
    if (!words) return;
    at = place;
    hint.textContent = words;
    hint.showPopover();
    move();
    if (document.activeElement === at) at.setAttribute("aria-describedby", hint.id);
  };
  const move = () => {
    if (!at) return;
    const [box, own] = [at.getBoundingClientRect(), hint.getBoundingClientRect()];
    const below = box.bottom + 6 + own.height <= innerHeight;
    hint.style.top = `${below ? box.bottom + 6 : Math.max(4, box.top - own.height - 6)}px`;
    hint.style.left = `${Math.max(4, Math.min(box.left, innerWidth - own.width - 8))}px`;
  };
  const placeOf = (target) => target.closest?.("[data-help], .headlines > li, main td");
  document.addEventListener("pointerover", (event) => {
    if (hint.contains(event.target)) return;
    const place = placeOf(event.target);
    if (place) show(place, event.target); else if (at !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => { if (placeOf(event.target)) show(event.target, event.target); else hide(); });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", move, { passive: true, capture: true });
}
