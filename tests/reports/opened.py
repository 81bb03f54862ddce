"""Opens every figure of a page in a browser, and says whether the rows behind it make it up."""

import re
from typing import Any

from tests.reports.reading import number

OPENED = "window.reportLibraries.Tabulator.findTable('#behind-table')[0]"
# Opens every figure in turn and says what was shown of it and which rows stood behind it.
OPEN_ALL = """
(async () => {
  const told = [];
  for (const place of document.querySelectorAll("main [data-behind]")) {
    const asked = place.dataset.behind, table = place.closest("table")?.id ?? "";
    const note = place.querySelector(".note")?.textContent ?? "";
    const drill = place.querySelector(".drill");
    drill.click();
    const isDrawn = () => document.querySelector("#behind-table .tabulator-row, #behind-table .tabulator-placeholder");
    for (let waited = 0; waited < 2000 && !isDrawn(); waited++) {
      await new Promise((done) => setTimeout(done, 1));
    }
    const rows = TABLE.getData().map(({ place: deal, amount, credit }) => ({ deal, amount, credit }));
    told.push({ asked, table, note, text: drill.textContent.trim(), rows });
    document.getElementById("behind").close();
    await new Promise((done) => setTimeout(done));
  }
  return told;
})()
""".replace("TABLE", OPENED)
COUNTED = re.compile(r"([\d,]+) of ([\d,]+)|([\d,]+) (?:won |sourced |decided |open )?deals?\b")


def adds_up(told: dict[str, Any]) -> bool:
    """Whether the rows behind a figure make it up: credits or amounts to the cent, else a number of deals.

    Of a rate, a mean or a multiple the note beneath it says how many deals it rests on.
    """
    deals = len({row["deal"] for row in told["rows"]})
    text = told["text"].removeprefix("USD").strip()
    if "deals=one" in told["asked"]:
        return deals == 1
    if told["table"] == "velocity-table" or not re.fullmatch(r"(minus )?[\d,.]+", text):
        counted = COUNTED.search(told["note"])
        return deals == number(next(filter(None, counted.groups()[1:]))) if counted else deals > 0
    if "." not in text:
        return deals == number(text)
    measure = "credit" if "deals=credit" in told["asked"] else "amount"
    return sum(row[measure] for row in told["rows"]) == round(number(text) * 100)
