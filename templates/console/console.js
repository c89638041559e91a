// What the desk's pages do in the browser beyond htmx: a click on a table's head sorts it, and what is chosen
// in a row of choices is shown at once.
"use strict";

function sortable(table) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2) return;
  for (const head of table.tHead ? table.tHead.rows[0].cells : []) {
    if (!head.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(table, head));
  }
}

function sort(table, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const worth = (row) => {
    const cell = row.cells[head.cellIndex];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const compare = (one, other) => worth(one).localeCompare(worth(other), document.documentElement.lang, { numeric: true });
  const rows = [...table.tBodies[0].rows].sort((one, other) => (down ? compare(other, one) : compare(one, other)));
  table.tBodies[0].append(...rows);
}

document.querySelectorAll("table.sortable").forEach(sortable);

for (const form of document.querySelectorAll("form.choices")) {
  form.addEventListener("change", () => form.requestSubmit());
}
