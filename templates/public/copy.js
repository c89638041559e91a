// Beside each field that names its words, a button that copies it. Without this script the field
// can be selected by hand.
for (const field of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  const answer = document.createElement("span");
  button.type = "button";
  button.textContent = field.dataset.copy;
  button.setAttribute("aria-label", `${field.dataset.copy}: ${field.labels[0].textContent.trim()}`);
  button.className = "plain";
  answer.className = "good";
  answer.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // a page without https has no clipboard of its own
    }
    answer.textContent = field.dataset.copied;
    setTimeout(() => { answer.textContent = ""; }, 4000);
  });
  field.after(button, answer);
}
