// The buttons beside a letter. What they copy is in the page before this runs.

const FONT = "font-family:Calibri,Arial,sans-serif;font-size:11pt";
const LOOK = {
  P: `margin:0 0 11pt;${FONT}`,
  UL: `margin:0 0 11pt;${FONT}`,
  LI: FONT,
  TABLE: `border-collapse:collapse;margin:0 0 11pt;${FONT}`,
  TH: `padding:2pt 6pt;${FONT};font-weight:bold`,
  TD: `padding:2pt 6pt;${FONT}`,
};

// The letter as render(...) gives it: parts set apart by an empty line.
function plainText(slot) {
  const article = slot.querySelector("article");
  if (!article) return slot.textContent;
  const text = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll(".why").forEach((link) => link.remove());
    copy.querySelectorAll("br").forEach((line) => line.replaceWith("\n"));
    return copy.textContent;
  };
  return [...article.children]
    .filter((one) => one.tagName !== "TABLE")
    .map((one) => (one.tagName === "UL" ? [...one.children].map((item) => `- ${text(item)}`).join("\n") : text(one)))
    .join("\n\n");
}

// The same for Word and mail: paragraphs, lists and tables with styles of their own, no classes.
function richText(slot) {
  const article = slot.querySelector("article").cloneNode(true);
  article.querySelectorAll(".why").forEach((link) => link.remove());
  article.querySelectorAll("ul:has(+ table)").forEach((list) => list.remove());
  for (const one of article.querySelectorAll("*")) {
    const { tagName, align } = one;
    for (const { name } of [...one.attributes]) one.removeAttribute(name);
    if (LOOK[tagName]) one.setAttribute("style", LOOK[tagName]);
    if (align) one.setAttribute("align", align);
    if (tagName === "TABLE") for (const [name, size] of [["border", 1], ["cellspacing", 0]]) one.setAttribute(name, size);
  }
  return `<div lang="${article.lang}">${article.innerHTML}</div>`;
}

async function copy(slot, said, rich) {
  const text = plainText(slot);
  try {
    if (rich && self.ClipboardItem) {
      const blob = (kind, words) => ({ [kind]: new Blob([words], { type: kind }) });
      const item = { ...blob("text/plain", text), ...blob("text/html", richText(slot)) };
      await navigator.clipboard.write([new ClipboardItem(item)]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    said.textContent = said.dataset.copied;
  } catch {
    // No permission, or a page that came without https: select, and say what to press.
    getSelection().selectAllChildren(slot);
    said.textContent = said.dataset.select;
  }
  setTimeout(() => (said.textContent = ""), 4000);
}

// Prints this letter alone: the style sheet hides everything beside .sheet-print.
// (A function called `print` would take the place of the browser's.)
function printAlone(slot) {
  const page = document.createElement("div");
  page.className = "sheet-print";
  page.append(slot.firstElementChild.cloneNode(true));
  page.querySelectorAll(".why").forEach((link) => link.remove());
  document.body.append(page);
  addEventListener("afterprint", () => page.remove(), { once: true });
  window.print();
}

// Beside each part of the letter, a link to why it is there; again, and they are gone.
function why(sheet, link) {
  const there = sheet.querySelectorAll("a.why");
  there.forEach((one) => one.remove());
  if (there.length) return;
  for (const block of sheet.querySelectorAll("[data-slot=letter] [data-block]")) {
    const place = { UL: "li", TABLE: "th" }[block.tagName];
    const one = document.createElement("a");
    one.className = "why";
    one.href = `${link.href}#${block.dataset.block}`;
    one.textContent = "?";
    one.setAttribute("aria-label", `${link.textContent}: ${block.textContent.slice(0, 40)}…`);
    (place ? block.querySelector(place) : block).append(one);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".sheet__copy, .sheet__rich, .sheet__print, .sheet__why");
  if (!button) return;
  const sheet = button.closest(".sheet");
  if (button.matches(".sheet__why")) {
    event.preventDefault();
    return why(sheet, button);
  }
  const slot = button.closest(".piece").querySelector("div[data-slot]");
  if (button.matches(".sheet__print")) printAlone(slot);
  else copy(slot, sheet.querySelector(".sheet__said"), button.matches(".sheet__rich"));
});

// The chooser: what is chosen stands in the address, the letter comes from its file. Each choice is
// one of the plain links on the page, or the reason why there is none.
const chooser = document.querySelector(".chooser");
const CHOICES = ["law", "kind", "stage", "language", "view"];

async function choose() {
  const chosen = CHOICES.map((name) => chooser.elements[name].value);
  const [law, kind, stage, language, view] = chosen;
  const row = document.getElementById(`${law}-${kind}`).querySelector(`[data-stage="${stage}"]`);
  const reason = row.querySelector("em")?.textContent ?? "";
  const refused = document.querySelector(".chooser__refused");
  const sheet = document.querySelector(".sheet");
  const hash = `#${chosen.join("-").replace(/-filled$/, "")}`;
  history.replaceState(null, "", hash);
  document.querySelectorAll(".md-select__link").forEach((link) => (link.hash = hash));
  refused.textContent = reason;
  sheet.hidden = Boolean(reason);
  if (reason) return;
  const file = row.querySelectorAll(`a[lang=${language}]`)[Number(view === "blank")].href.replace(/html$/, "");
  const answer = await fetch(`${file}part.html`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (location.hash !== hash) return; // another choice meanwhile
  const found = (name) => page.querySelector(`[data-slot="${name}"]`);
  for (const slot of sheet.querySelectorAll("[data-slot]")) {
    slot.replaceChildren(...(found(slot.dataset.slot)?.childNodes ?? []));
    if (slot.tagName === "DIV") slot.closest(".piece").hidden = !slot.hasChildNodes();
  }
  for (const fold of sheet.querySelectorAll("details")) fold.hidden = !fold.querySelector(".piece:not([hidden])");
  document.querySelector(".chooser__shown").textContent = sheet.querySelector("article").ariaLabel;
  const formats = found("formats").textContent.split(" ");
  for (const link of sheet.querySelectorAll("a[data-format]")) {
    const { format } = link.dataset;
    link.hidden = !formats.includes(format);
    link.href = file + format;
    if (link.download) link.download = `${found("name").textContent}.${format}`;
    else if (!link.hidden) link.firstElementChild.src = `${file}png`;
  }
}

function readAddress() {
  const chosen = location.hash.slice(1).split("-");
  if (chosen.length < 4) return;
  CHOICES.forEach((name, n) => (chooser.elements[name].value = chosen[n] ?? "filled"));
  if (CHOICES.every((name) => chooser.elements[name].value)) choose();
  else chooser.reset();
}

if (chooser) {
  chooser.addEventListener("change", choose);
  addEventListener("hashchange", readAddress);
  readAddress();
}

// A table that is wider than the page scrolls by keyboard too. (The theme wraps it before this.)
addEventListener("load", () => {
  for (const wrap of document.querySelectorAll(".md-typeset__scrollwrap")) {
    if (wrap.scrollWidth <= wrap.clientWidth) continue;
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    wrap.setAttribute("aria-label", document.querySelector("h1").textContent);
  }
});

// What the theme leaves to the mouse and to the eye.

const named = (element, name) => element?.setAttribute("aria-label", name);
const { search, drawer } = Object.fromEntries(
  [...document.querySelectorAll("[data-md-toggle]")].map((box) => [box.dataset.mdToggle, box]),
);
const field = document.querySelector(".md-search__input");
const places = document.querySelector(".md-nav--primary");

// The search dialog has no name; its field has one. What was found is said aloud.
named(document.querySelector(".md-search[role=dialog]"), field?.ariaLabel);
document.querySelector(".md-search-result__meta")?.setAttribute("role", "status");

// Labels of boxes that are not shown open the menu, its parts and the search: as buttons they are
// reached by keyboard, and say what they are and whether it is open.
const SWITCHES = "label.md-header__button[for^=__]:not([title]), .md-nav--primary label[for^=__]:not([for=__drawer])";
for (const label of document.querySelectorAll(SWITCHES)) {
  const box = document.getElementById(label.htmlFor);
  const button = document.createElement("button");
  for (const { name, value } of label.attributes) if (name !== "tabindex") button.setAttribute(name, value);
  button.type = "button";
  button.append(...label.childNodes);
  if (box === drawer) named(button, places.ariaLabel);
  if (box === search) named(button, field.ariaLabel);
  const say = () => button.setAttribute("aria-expanded", box.checked);
  button.addEventListener("click", () => {
    box.click();
    if (box === search) field.focus();
  });
  box.addEventListener("change", say);
  say();
  label.replaceWith(button);
}

// The menu of a phone: the keyboard goes in as it opens, and out again with Escape.
const menu = document.querySelector("button[for=__drawer]");
drawer?.addEventListener("change", () => {
  const inside = [...places.querySelectorAll("a, button")];
  if (drawer.checked) inside.find((one) => one.checkVisibility({ visibilityProperty: true })).focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drawer?.checked) return;
  drawer.click();
  menu.focus();
});

// Tabs are radio buttons, each with its label; the theme makes links of the labels, and all is said twice.
for (const set of document.querySelectorAll(".tabbed-set")) {
  const labels = set.querySelector(":scope > .tabbed-labels");
  set.querySelectorAll(":scope > input").forEach((tab, n) => named(tab, labels.children[n].textContent.trim()));
  labels.ariaHidden = "true";
}

// An icon stands in something that has a name.
for (const icon of document.querySelectorAll("svg:not([role], .drawing *)")) icon.ariaHidden = "true";

// The mark beside a heading is for the mouse; the table of contents has the same links.
for (const mark of document.querySelectorAll(".headerlink")) {
  mark.tabIndex = -1;
  mark.ariaHidden = "true";
}
