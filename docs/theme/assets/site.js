// The Copy and Print buttons beside a letter. The text is in the page before this runs.

async function copy(sheet) {
  const text = sheet.querySelector(".sheet__text");
  const said = sheet.querySelector(".sheet__said");
  try {
    await navigator.clipboard.writeText(text.textContent);
    said.textContent = said.dataset.copied;
  } catch {
    // No permission, or a page that came without https: select, and say what to press.
    getSelection().selectAllChildren(text);
    said.textContent = said.dataset.select;
  }
  setTimeout(() => (said.textContent = ""), 4000);
}

// Prints this letter alone: the style sheet hides everything beside .sheet-print.
function print(sheet) {
  const page = document.createElement("pre");
  page.className = "sheet-print";
  page.lang = sheet.querySelector(".sheet__text").lang;
  page.textContent = sheet.querySelector(".sheet__text").textContent;
  document.body.append(page);
  addEventListener("afterprint", () => page.remove(), { once: true });
  window.print();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest(".sheet__copy, .sheet__print");
  if (!button) return;
  const sheet = button.closest(".sheet");
  if (button.matches(".sheet__copy")) copy(sheet);
  else print(sheet);
});

// The theme's search dialog has no name for those who cannot see it; its field has one.
document
  .querySelector(".md-search[role=dialog]")
  ?.setAttribute("aria-label", document.querySelector(".md-search__input").ariaLabel);
