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

// A story of a draft is dragged by its grip. Where it is dropped goes to the server as any other form does; what
// the server refuses, or does not hear, goes back.
let held = null;
let dropped = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".grip");
  if (!grip || event.button !== 0 || held || dropped) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  const story = grip.closest("[data-item]");
  held = { story, list: story.parentElement, next: story.nextElementSibling };
  story.classList.add("held");
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const lists = [...document.querySelectorAll("[data-section]")];
  const list = lists.findLast((one) => one.getBoundingClientRect().top <= event.clientY) ?? lists[0];
  const others = [...list.children].filter((one) => one !== held.story);
  const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
  list.insertBefore(held.story, others.find((one) => middle(one) > event.clientY) ?? null);
  const edge = event.clientY < 60 ? -1 : event.clientY > window.innerHeight - 60 ? 1 : 0;
  window.scrollBy(0, 12 * edge);
});

document.addEventListener("pointerup", () => {
  if (!held) return;
  dropped = held;
  held = null;
  const { story, list, next } = dropped;
  if (story.parentElement === list && story.nextElementSibling === next) return putBack();
  const form = document.getElementById("drop");
  const fill = (name, value) => (form.elements.namedItem(name).value = value);
  fill("item", story.dataset.item);
  fill("section", story.parentElement.dataset.section);
  fill("before", story.nextElementSibling?.dataset.item ?? "");
  form.requestSubmit();
});

function putBack() {
  const { story, list, next } = held ?? dropped ?? {};
  story?.classList.remove("held");
  list?.insertBefore(story, next);
  held = dropped = null;
}

document.addEventListener("pointercancel", putBack);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && held) putBack();
});

// A form that changes the page in place: what was pressed stays where it is on the screen, and what came of it is
// said politely. Whoever is led elsewhere meanwhile, to log in, goes there.
let pressed = null;

const inPlace = (event) => event.detail.requestConfig?.elt.matches("form[hx-boost]");

function speak(words) {
  let line = document.getElementById("spoken");
  if (!line) {
    line = document.createElement("p");
    Object.assign(line, { id: "spoken", className: "unseen", ariaLive: "polite" });
    document.body.append(line);
  }
  line.textContent = words;
}

if (document.querySelector("form[hx-boost]")) speak("");

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!inPlace(event)) return;
  if (!event.detail.xhr.responseText.includes('id="main"')) {
    event.detail.shouldSwap = false;
    window.location.reload();
    return;
  }
  const at = dropped?.story ?? document.activeElement;
  pressed = at.id ? { id: at.id, top: at.getBoundingClientRect().top } : null;
  dropped = null;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!inPlace(event)) return;
  const at = pressed && document.getElementById(pressed.id);
  if (at) window.scrollBy(0, at.getBoundingClientRect().top - pressed.top);
  pressed = null;
  speak([...document.querySelectorAll("#main .said")].map((one) => one.textContent).join(" "));
});

document.addEventListener("htmx:sendError", putBack);
