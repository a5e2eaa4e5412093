// Getting around by keyboard: the command palette, which is the page /search in a dialog, and
// the shortcut keys, with their sheet.

// part asks for a page and takes the element out of it; null when the page has none, as when one
// is signed out by now.
async function part(address, id, signal) {
  const response = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
  return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(id);
}

// --- Finding -------------------------------------------------------------------

const pause = 80; // ms without a key before the server is asked
const requestId = /\b[a-z2-7]{26}\b/g;

// looksLikeKey is "whole" for what holds a key, "part" for what may hold a good part of one, also
// wrapped or percent-encoded; neither leaves the browser. As handlers' holdsKey.
function looksLikeKey(text) {
  const plain = text.replace(/%(?:25)*([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  const joined = plain.replace(requestId, "·").replace(/[\s\p{C}]/gu, "");
  if (/[0-9a-f]{40}/i.test(joined)) return "whole";
  return (joined.match(/[0-9a-f]{12,}/gi) ?? []).some((run) => /\d/.test(run)) ? "part" : "";
}

// keyEnding is the only part of a key that is sent: its last four characters.
function keyEnding(text) {
  return text.replace(/[\s\p{C}]/gu, "").match(/[0-9a-f]{40}(?![0-9a-f])/i)?.[0].slice(-4).toLowerCase() ?? "";
}

// Finder makes a field into a combobox over the results below it. place is the query of the
// address that says where one is; there are no results yet when results is null.
class Finder {
  constructor(root, input, place) {
    Object.assign(this, { root, input, place, waits: false, goes: null, timer: 0, typed: 0, abort: null });
    this.status = document.createElement("div");
    this.status.className = "visually-hidden";
    this.status.role = "status";
    root.append(this.status);
    input.type = "text"; // Escape would empty a search field instead of closing the dialog.
    input.role = "combobox";
    input.ariaAutoComplete = "list";
    input.ariaExpanded = "false";
    input.setAttribute("aria-controls", "search-results");
    input.setAttribute("enterkeyhint", "go");
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.press(event));
    input.form.addEventListener("submit", (event) => this.submit(event));
    root.addEventListener("pointermove", ({ target }) => this.choose(target.closest("[role=option]") ?? this.chosen()));
    root.addEventListener("click", ({ target }) => {
      if (target.closest("a")) root.closest("dialog")?.close();
    });
  }

  options() { return [...this.root.querySelectorAll("[role=option]")]; }
  chosen() { return this.root.querySelector("[role=option][aria-selected=true]"); }

  later() {
    this.waits = true;
    this.typed++;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), pause);
  }

  // look asks for what is typed now. The answer to anything else comes too late.
  async look() {
    this.waits = true;
    this.abort?.abort();
    const { signal } = this.abort = new AbortController();
    const { typed } = this;
    const key = looksLikeKey(this.input.value);
    const sought = key ? keyEnding(this.input.value) : this.input.value.trim();
    const query = new URLSearchParams(this.place);
    if (sought) query.set("q", sought);
    try {
      const found = key === "part" ? null : await part(`/search?${query}`, "search", signal);
      if (signal.aborted || typed !== this.typed) return;
      if (!found && !key) return location.reload(); // Signed out: the page says so.
      if (found) this.show(found);
      this.tellOfKey(key, sought);
    } catch (error) {
      if (error.name === "AbortError" || typed !== this.typed) return;
      this.status.textContent = "The search does not answer. Type on to try again.";
    }
    this.waits = false;
    if (this.goes) this.go(this.goes);
  }

  // show puts the results in the place of those that were there.
  show(found) {
    for (const id of ["search-key", "search-results"]) {
      const fresh = found.querySelector(`#${id}`), old = this.root.querySelector(`#${id}`);
      if (old) old.replaceWith(fresh);
      else this.status.before(fresh);
    }
    if (!this.root.querySelector(".finder-foot")) this.status.before(found.querySelector(".finder-foot"));
    this.dress();
  }

  // dress gives the list its roles: its links are the options.
  dress() {
    const results = this.root.querySelector("#search-results");
    const options = [...results.querySelectorAll("a")];
    results.role = options.length ? "listbox" : null;
    results.ariaLabel = options.length ? "Results" : null;
    for (const group of results.querySelectorAll("section")) group.role = "group";
    for (const e of results.querySelectorAll("h2, ul, li")) e.role = "presentation";
    options.forEach((option, i) => Object.assign(option, { role: "option", id: `found-${i}`, tabIndex: -1 }));
    this.input.ariaExpanded = `${options.length > 0}`;
    this.choose(options[0]);
    this.status.textContent = options.length === 1 ? "1 result" : `${options.length} results`;
  }

  tellOfKey(key, ending) {
    const note = this.root.querySelector("#search-key");
    if (!note) return;
    note.hidden = !key;
    if (!key) return;
    note.querySelector("strong").textContent = key === "whole"
      ? `That looks like a key. It stays in this browser: only its last four characters, ${ending}, were looked for.`
      : "That looks like a part of a key. It stays in this browser and was not looked for.";
    note.querySelector("[data-instead]").hidden = key === "whole";
    if (key === "part") this.root.querySelector("#search-results").replaceChildren();
    if (key === "part") this.dress();
    this.status.textContent = note.querySelector("strong").textContent;
  }

  choose(option) {
    if (option && option === this.chosen()) return;
    for (const other of this.options()) other.ariaSelected = `${other === option}`;
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  press(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = this.options();
    if (step && options.length) {
      const next = options[(options.indexOf(this.chosen()) + step + options.length) % options.length];
      this.choose(next);
      next.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const { ctrlKey, metaKey, shiftKey } = event;
      this.go({ ctrlKey, metaKey, shiftKey });
    }
  }

  // go opens what is chosen; for what was typed just now, as soon as it is there.
  go(how) {
    this.goes = this.waits ? how : null;
    if (!this.waits) this.chosen()?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...how }));
  }

  submit(event) {
    event.preventDefault();
    this.go({});
  }
}

// --- The switcher's filter ---------------------------------------------------------

// filterTeams shows the teams that are found in the place of those that are listed: there are more
// than the list has.
async function filterTeams(field) {
  const menu = field.closest("[popover]"), listed = menu.querySelector("[data-other-teams]");
  const sought = field.value.trim();
  let found = menu.querySelector("[data-found-teams]");
  if (!found) {
    found = document.createElement("ul");
    found.dataset.foundTeams = "";
    listed.after(found);
  }
  filterTeams.abort?.abort();
  const { signal } = filterTeams.abort = new AbortController();
  listed.hidden = sought !== "";
  if (!sought || looksLikeKey(sought)) return found.replaceChildren();
  const page = await part(`/search?${new URLSearchParams({ q: sought })}`, "search", signal).catch(() => null);
  if (signal.aborted) return;
  const rows = [...page?.querySelectorAll("[data-found=teams] li") ?? []];
  const nothing = document.createElement("li");
  nothing.className = "menu-nothing";
  nothing.textContent = "No team is called like this.";
  // Whoever has gone on to a link before the answer to the last letter came stays on it.
  const at = found.contains(document.activeElement) && document.activeElement.href;
  found.replaceChildren(...rows.length ? rows : [nothing]);
  if (at) ([...found.querySelectorAll("a")].find((link) => link.href === at) ?? field).focus();
}

const teamFilter = document.querySelector("[data-team-filter]");
teamFilter?.addEventListener("input", () => {
  clearTimeout(filterTeams.timer);
  filterTeams.timer = setTimeout(() => filterTeams(teamFilter), pause);
});
teamFilter?.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(filterTeams.timer);
  await filterTeams(teamFilter);
  teamFilter.closest("[popover]").querySelector("[data-found-teams] a")?.click();
});

// --- The palette -----------------------------------------------------------------

const entry = document.querySelector("[data-search]");

// modal shows a dialog that is gone once it is closed.
function modal(className, label) {
  const dialog = document.createElement("dialog");
  dialog.className = className;
  dialog.ariaLabel = label;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
  document.body.append(dialog);
  return dialog;
}

function openPalette() {
  const page = document.querySelector("main #search-q");
  if (page) return page.select();
  const dialog = modal("palette", "Search");
  // The field is there before the server has answered, so that nothing typed is lost.
  dialog.innerHTML = `<div class="finder"><form class="finder-form"><label class="visually-hidden" for="search-q">Search</label>
    <input id="search-q" placeholder="Team, page, person, request id, last four of a key" autocomplete="off" autocapitalize="none"
    spellcheck="false" maxlength="400" autofocus></form></div>`;
  const form = dialog.querySelector("form");
  form.prepend(entry.querySelector("svg").cloneNode(true));
  dialog.showModal();
  new Finder(dialog.firstElementChild, dialog.querySelector("input"), entry.search).look();
}

async function openShortcuts() {
  const sheet = await part("/search/shortcuts", "shortcuts").catch(() => null);
  if (!sheet) return location.assign("/search/shortcuts");
  const dialog = modal("palette", "Keyboard shortcuts");
  dialog.append(sheet);
  sheet.querySelector(".panel-head").insertAdjacentHTML("beforeend",
    `<form method="dialog" class="end"><button class="small">Close</button></form>`);
  showSetting();
  dialog.showModal();
}

// --- Shortcut keys -----------------------------------------------------------------

// Single keys can be switched off (WCAG 2.1.4), which this browser remembers where it may.
const setting = "dojo-single-keys";

function singleKeys() {
  try { return localStorage.getItem(setting) !== "off"; } catch { return true; }
}

function showSetting() {
  for (const box of document.querySelectorAll("[data-single-keys]")) box.checked = singleKeys();
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-single-keys]")) return;
  try { localStorage.setItem(setting, target.checked ? "on" : "off"); } catch { target.checked = true; }
});

const inTurn = 1500; // ms between the keys of "g k"
let lastKey = "", lastAt = 0;

// pressed is what the key leads to, after the one before.
function pressed(key, now) {
  const both = now - lastAt < inTurn ? `${lastKey} ${key}` : "";
  [lastKey, lastAt] = [key, now];
  if (key === "/") return openPalette;
  if (key === "?") return openShortcuts;
  const link = both && document.querySelector(`[data-keys="${CSS.escape(both)}"]`);
  if (link) lastKey = "";
  return link && (() => link.click());
}

// Whoever types, or is in a menu, means something else.
const busy = "input, textarea, select, [contenteditable], dialog, :popover-open";

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key.toLowerCase() === "k" && entry) {
    event.preventDefault();
    const open = document.querySelector("dialog[open]");
    if (!open) openPalette();
    else if (open.matches(".palette")) open.close();
    return;
  }
  if (event.defaultPrevented || event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key.length > 1 || !singleKeys() || target.closest?.(busy) || document.querySelector("dialog[open]")) return;
  const open = pressed(key, event.timeStamp);
  if (!open) return;
  event.preventDefault();
  open();
});

document.addEventListener("click", (event) => {
  const plainly = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = plainly && event.target.closest?.("[data-search], .palette a[href='/search/shortcuts']");
  if (!link) return;
  event.preventDefault();
  if (link === entry) openPalette();
  else openShortcuts();
});

if (entry) {
  entry.setAttribute("aria-keyshortcuts", "Control+K Meta+K");
  if (/^Mac|^iP/.test(navigator.platform)) entry.querySelector("[data-search-keys]").textContent = "⌘ K";
}
showSetting();

const ownPage = document.querySelector("main #search");
if (ownPage) {
  const form = ownPage.querySelector("form"), input = form.querySelector("#search-q");
  const place = new URLSearchParams([...new FormData(form)].filter(([name, value]) => name !== "q" && value));
  const finder = new Finder(ownPage, input, `${place}`);
  finder.dress();
  finder.status.textContent = ""; // The page has just been read out.
}
