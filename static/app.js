// What HTML cannot do by itself: the clipboard, modal dialogs, arrow keys in the
// menus, and a word to screen readers. Every job on the pages works without it.

const announcer = document.getElementById("announcer");

function announce(text) {
  announcer.textContent = "";
  // A change in the same task would not be noticed.
  setTimeout(() => { announcer.textContent = text; }, 50);
}

// --- Copying -----------------------------------------------------------------

const fadeAfter = 2000;

function confirmOn(button, word) {
  const label = button.querySelector("[data-label]");
  button.dataset.original ??= label.innerHTML;
  label.textContent = word;
  button.classList.toggle("copied", word === "Copied");
  announce(word);
  clearTimeout(button.fading);
  button.fading = setTimeout(() => {
    label.innerHTML = button.dataset.original;
    button.classList.remove("copied");
  }, fadeAfter);
}

// fetchKey asks for a key that the page does not show.
async function fetchKey(address) {
  const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return (await response.json()).key;
}

// copyText begins to write while the press still counts as the person's own,
// although the text may come later from the server.
async function copyText(text) {
  if (window.ClipboardItem && navigator.clipboard?.write) {
    const blob = Promise.resolve(text).then((t) => new Blob([t], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return;
  }
  await navigator.clipboard.writeText(await text);
}

async function copy(button) {
  const shown = button.dataset.copy;
  const text = shown ? document.getElementById(shown).textContent : fetchKey(button.dataset.copyFrom);
  try {
    await copyText(text);
    confirmOn(button, "Copied");
  } catch {
    confirmOn(button, "Could not copy");
  }
}

// --- Dialogs -----------------------------------------------------------------

function openDialog(dialog) {
  dialog.close();
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

// forgetQuery takes ?revoke=… away, so that a reload does not open the dialog again.
function forgetQuery() {
  if (new URLSearchParams(location.search).has("revoke")) {
    history.replaceState(null, "", location.pathname);
  }
}

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("close", forgetQuery);
  if (dialog.open) openDialog(dialog);
}

// --- Menus -------------------------------------------------------------------

function moveInMenu(event) {
  const menu = event.target.closest("[popover]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  const links = [...menu.querySelectorAll("a, button")];
  const next = (links.indexOf(document.activeElement) + step + links.length) % links.length;
  links[next].focus();
  event.preventDefault();
}

document.getElementById("environments")?.addEventListener("toggle", (event) => {
  if (event.newState === "open") {
    (event.target.querySelector("[aria-current]") ?? event.target.querySelector("a"))?.focus();
  }
});

// --- One listener for each kind of event ----------------------------------------

document.addEventListener("keydown", moveInMenu);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copy || button.dataset.copyFrom) copy(button);
  if (button.dataset.email) {
    document.getElementById("email").value = button.dataset.email;
    document.getElementById("password").value = button.dataset.password;
    document.querySelector("main form button[type=submit]").focus();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const dialog = document.getElementById(form.dataset.opens);
  if (dialog) {
    event.preventDefault();
    openDialog(dialog);
  } else if (form.dataset.busy && event.submitter?.formMethod !== "dialog") {
    if (form.ariaBusy === "true") {
      event.preventDefault();
      return;
    }
    form.ariaBusy = "true";
    event.submitter.textContent = form.dataset.busy;
  }
});

// A page that comes back from the browser's memory is not busy any more.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// --- Parts that refresh in place ---------------------------------------------------

// Nobody looks at a hidden page.
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.detail.ctx.sourceEvent?.type === "every") event.preventDefault();
});

// An answer without the part that was asked for means that the page has become
// another one: unlocked, signed out, gone. Then load it anew. While the server
// is away, what is shown stays, and the next try follows.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  // The form itself may be gone after the exchange.
  ctx.word = ctx.sourceElement.dataset.announce;
  if (!ctx.select || ctx.text.includes(`id="${ctx.select.slice(1)}"`)) return;
  event.preventDefault();
  if (ctx.response.status < 500 || ctx.request.method !== "GET") location.reload();
});

document.addEventListener("htmx:after:swap", (event) => {
  const { word } = event.detail.ctx;
  if (word) announce(word);
});
