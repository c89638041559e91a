// Posts the page's one form for a person who is here: the page is in sight, and a pointer moved or a key
// was pressed by hand. A scanner that loads the link and runs this does neither. First it says so and
// waits; Escape, a link, the second button or leaving the page calls it off. Tab does not count: who
// walks by keyboard gets to the button. Without this script there is the button alone.
const WAIT = 3000;
const form = document.querySelector("form[data-soon]");
const word = document.createElement("p");
const stop = document.createElement("button");
const silent = ["Tab", "Shift", "Control", "Alt", "Meta", "Escape"];
let timer = 0;
let over = false;

function begin(event) {
  const sameKey = event.type === "keydown" && silent.includes(event.key);
  if (!event.isTrusted || over || timer || sameKey || document.visibilityState !== "visible") return;
  if (event.target.closest?.("a, button")) return;
  word.append(form.dataset.soon, " ", stop);
  timer = setTimeout(() => { over = true; form.requestSubmit(); }, WAIT);
}

function callOff() {
  if (!timer || over) return;
  clearTimeout(timer);
  over = true;
  word.replaceChildren();
}

word.setAttribute("role", "status");
stop.type = "button";
stop.className = "plain";
stop.textContent = form.dataset.stop;
stop.addEventListener("click", callOff);
form.after(word);
for (const kind of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(kind, begin);
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => { if (event.target.closest?.("a")) callOff(); });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") callOff(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState !== "visible") callOff(); });
