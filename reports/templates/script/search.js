// Finds partners in the index: every word that is typed must stand somewhere in the row, whatever its case or accents.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function find(rows, wanted, told) {
  const parts = plain(wanted).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    row.hidden = !parts.every((part) => text.includes(part));
    shown += row.hidden ? 0 : 1;
  }
  told.textContent = shown === 0 ? "No partner found." : `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} partners`;
}

const box = document.getElementById("wanted");
if (box) {
  const rows = Array.from(document.querySelectorAll("#found tbody tr"), (row) => ({ row, text: plain(row.textContent) }));
  const told = document.getElementById("count");
  box.addEventListener("input", () => find(rows, box.value, told));
  box.closest("search").hidden = false;
  find(rows, "", told);
}
