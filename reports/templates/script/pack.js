// The printed pack: the period's deals are opened for paper and closed again behind it.

const opened = [];
addEventListener("beforeprint", () => {
  for (const deal of document.querySelectorAll("details.of-period:not([open])")) { deal.open = true; opened.push(deal); }
});
addEventListener("afterprint", () => { for (const deal of opened.splice(0)) deal.open = false; });

const pack = document.getElementById("pack");
pack.addEventListener("click", () => print());
pack.hidden = false;
