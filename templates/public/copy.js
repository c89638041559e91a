// Beside each field that names its words, a button that copies it. Without this script the field
// can be selected by hand.
for (const field of document.querySelectorAll("input[data-copy], textarea[data-copy]")) {
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

// With formatting: what stands in the preview, as HTML and as text, for whatever it is pasted into.
for (const place of document.querySelectorAll("[data-copy-rich]")) {
  const source = document.getElementById(place.dataset.copyRich);
  const button = document.createElement("button");
  const answer = document.createElement("span");
  button.type = "button";
  button.textContent = place.dataset.copy;
  button.className = "plain";
  answer.className = "good";
  answer.setAttribute("role", "status");
  button.addEventListener("click", () => {
    const put = (event) => {
      event.clipboardData.setData("text/html", source.innerHTML.trim());
      event.clipboardData.setData("text/plain", source.innerText.trim());
      event.preventDefault();
    };
    document.addEventListener("copy", put, { once: true });
    if (document.execCommand("copy")) answer.textContent = place.dataset.copied;
    setTimeout(() => { answer.textContent = ""; }, 4000);
  });
  place.replaceWith(button, answer);
}
