// What HTML cannot do by itself: the clipboard, passkeys, modal dialogs, arrow keys
// in the menus, and a word to screen readers. Every job on the pages but passkeys
// works without it.

// The other scripts are asked for when the page's own files are there: until it is shown they would only take bandwidth.
for (const source of document.currentScript.dataset.then.split(" ")) {
  const script = document.createElement("script");
  script.type = "module";
  script.src = source;
  document.head.append(script);
}

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

class ProofRequired extends Error {}

// mark says whom the page was made for, as each of its forms does; there is none for a visitor.
function mark() {
  return document.querySelector("input[name=typed_as]")?.cloneNode();
}

// ask posts for an answer in JSON. A proof of who one is may be required first.
async function ask(address) {
  const body = new URLSearchParams({ typed_as: mark()?.value ?? "" });
  const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (response.status === 403 && (await response.clone().json().catch(() => ({}))).code === "proof_required") throw new ProofRequired();
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  return response.json();
}

// askForProof sends a form in the script's place: its answer asks for the proof.
function askForProof(address) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.append(mark() ?? "");
  document.body.append(form);
  form.submit();
}

// copyText begins to write while the press still counts as the person's own,
// although the text may come later from the server.
async function copyText(text) {
  if (window.ClipboardItem && navigator.clipboard?.write) {
    const blob = Promise.resolve(text).then((t) => new Blob([t], { type: "text/plain" }));
    blob.catch(() => {}); // Who asked for the text is told when it cannot be had.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return;
  }
  await navigator.clipboard.writeText(await text);
}

// copyOldWay copies where browsers give pages no clipboard: served over plain http under a name.
function copyOldWay(button, text) {
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  button.parentElement.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  button.focus();
  return copied;
}

// letCopy selects the text, for the person to copy it, and says how.
function letCopy(button, shown, text) {
  if (!shown) {
    shown = button.closest(".key-row").querySelector(".key");
    masks.set(shown, [...shown.childNodes]);
    shown.textContent = text;
    shown.dataset.secret = button.dataset.secretStays;
    guardSecrets();
  }
  getSelection().selectAllChildren(shown);
  button.parentElement.querySelector(".copy-by-hand")?.remove();
  const says = document.createElement("p");
  says.className = "copy-by-hand hint full";
  says.textContent = `Not copied yet. The text is selected: press ${/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘C" : "Ctrl+C"} to copy it.`;
  button.after(says);
  announce(says.textContent);
  document.addEventListener("copy", () => {
    says.remove();
    confirmOn(button, "Copied");
  }, { once: true });
}

async function copy(button) {
  const shown = document.getElementById(button.dataset.copy);
  const text = shown ? shown.textContent : ask(button.dataset.copyFrom).then((answer) => answer.key);
  const [given, written] = await Promise.allSettled([text, copyText(text)]);
  if (given.reason instanceof ProofRequired) askForProof(button.dataset.copyFrom);
  else if (given.status === "rejected") confirmOn(button, "Could not copy");
  else if (written.status === "fulfilled" || copyOldWay(button, given.value)) confirmOn(button, "Copied");
  else letCopy(button, shown, given.value);
}

// --- Secrets that are shown ----------------------------------------------------

// What a page shows of a secret goes after data-secret seconds, and at once when the tab is left.
let guarded, hiding;
const masks = new WeakMap(); // what stood in the secret's place before

function guardSecrets() {
  const shown = document.querySelector("[data-secret]");
  if (shown === guarded) return; // another part of the page has come anew
  clearTimeout(hiding);
  guarded = shown;
  if (shown) hiding = setTimeout(hideSecrets, shown.dataset.secret * 1000);
}

// blankSecrets leaves nothing of a secret in the page, nor in what the browser keeps for the way back.
function blankSecrets() {
  for (const shown of document.querySelectorAll("[data-secret]")) {
    delete shown.dataset.secret;
    shown.replaceChildren(...(masks.get(shown) ?? ["••••••••••••"]));
  }
}

// hideSecrets asks then for the page as it is with the secret hidden.
function hideSecrets() {
  if (!document.querySelector("[data-secret]")) return;
  blankSecrets();
  const form = document.querySelector("form[data-hides]");
  if (!form) return;
  if (form.closest("section").contains(document.activeElement)) form.querySelector("button").focus();
  form.requestSubmit();
}

// The answer to a form that showed a secret is not to be asked for again by a reload.
function leaveAddress() {
  const form = document.querySelector("form[data-hides]");
  if (form) history.replaceState(history.state, "", form.action);
}

guardSecrets();
leaveAddress();
document.addEventListener("htmx:after:swap", guardSecrets);
document.addEventListener("visibilitychange", () => { if (document.hidden) hideSecrets(); });
addEventListener("pagehide", blankSecrets);

// --- Dialogs -----------------------------------------------------------------

function openDialog(dialog) {
  dialog.close();
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

// forgetQuery takes ?revoke=… away, so that a reload does not open the dialog again;
// of a list only the one field that opened it, so that its filters stay.
function forgetQuery(event) {
  const rest = new URLSearchParams(event.target.dataset.forget ? location.search : "");
  rest.delete(event.target.dataset.forget);
  if (location.search) history.replaceState(history.state, "", location.pathname + (rest.size ? `?${rest}` : ""));
}

// A dialog that came with the page was opened by nothing on it to go back to: the focus goes to what it was about, or
// to the heading.
function focusAfter({ target: dialog }) {
  const on = document.activeElement;
  if (on && on !== document.body && !dialog.contains(on)) return;
  land(document.getElementById(dialog.dataset.about));
}

// land puts the focus on a part of the page, or else on what was just done, or else on the heading.
function land(part) {
  const place = part ?? document.querySelector("main .flash, .flash") ?? document.querySelector("h1");
  if (!place) return;
  if (!place.matches("a, button, input, select, textarea")) place.tabIndex = -1;
  place.focus();
}

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("close", forgetQuery);
  dialog.addEventListener("close", focusAfter);
  if (dialog.open) openDialog(dialog);
}

// --- Passkeys ------------------------------------------------------------------

// A form with data-passkey ("get" to sign in or to prove who one is, "create" to
// add one) asks data-begin for the options, lets the browser do its part, and is
// then sent with the credential.
const passkeys = {
  get: async (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  create: async (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
};

function offerPasskeys() {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false;
  for (const hint of document.querySelectorAll("[data-without-passkeys]")) hint.hidden = true;
}

// What went wrong, as the browser names it
// (https://www.w3.org/TR/webauthn-3/#sctn-createCredential).
const passkeyTrouble = {
  NotAllowedError: "No passkey was used: it was cancelled, took too long, or there is none here.",
  InvalidStateError: "This device has a passkey for your account already.",
};

async function usePasskey(form) {
  const trouble = form.querySelector("[data-trouble]");
  trouble.hidden = true;
  form.ariaBusy = "true";
  try {
    const { publicKey } = await ask(form.dataset.begin);
    const credential = await passkeys[form.dataset.passkey](publicKey);
    form.querySelector("[data-credential]").value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    // Without a credential the answer asks for the proof, and keeps what was typed.
    if (error instanceof ProofRequired) return form.submit();
    form.ariaBusy = null;
    trouble.querySelector("span").textContent = passkeyTrouble[error.name] ?? "The passkey did not work. Try again, or load the page anew.";
    trouble.hidden = false;
  }
}

offerPasskeys();

// --- Menus -------------------------------------------------------------------

function moveInMenu(event) {
  const menu = event.target.closest("[popover]");
  if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...menu.querySelectorAll("a, button")].filter((link) => link.checkVisibility());
  const written = event.target.matches("input");
  const before = links.filter((link) => event.target.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_PRECEDING).length;
  const at = links.includes(document.activeElement) ? links.indexOf(document.activeElement) : before - 0.5; // between two
  const next = {
    ArrowDown: Math.floor(at + 1) % links.length, ArrowUp: (Math.ceil(at - 1) + links.length) % links.length,
    ...(!written && { Home: 0, End: links.length - 1 }),
  }[event.key];
  if (next !== undefined) {
    typedAhead = "";
    links[next].focus();
    event.preventDefault();
  } else if (!written && event.key.length === 1 && event.key !== " ") typeAhead(menu, links, event);
}

// What is typed in a menu leads to the link that begins so; where there is none, into the filter.
let typedAhead = "", typedAt = 0;

function typeAhead(menu, links, event) {
  typedAhead = (event.timeStamp - typedAt < 1000 ? typedAhead : "") + event.key.toLowerCase();
  typedAt = event.timeStamp;
  const begins = (link) => link.innerText.trim().toLowerCase().startsWith(typedAhead);
  const after = links.indexOf(document.activeElement) + (typedAhead.length === 1 ? 1 : 0);
  const found = [...links.slice(after), ...links.slice(0, after)].find(begins);
  const filter = menu.querySelector("input[type=search]");
  if (!found && !filter) return;
  event.preventDefault();
  if (found) return found.focus();
  filter.focus();
  filter.value = typedAhead;
  filter.dispatchEvent(new Event("input", { bubbles: true }));
}

document.getElementById("environments")?.addEventListener("toggle", (event) => {
  if (event.newState === "open") {
    (event.target.querySelector("[aria-current]") ?? event.target.querySelector("a"))?.focus();
  }
});

// --- Forms ---------------------------------------------------------------------

function sendOnEnter(event) {
  const field = event.target.closest("[data-enter-sends]");
  if (!field || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form.requestSubmit();
}

// After another environment was chosen, and after a dialog was carried out, the next page begins at what was done there,
// or at its heading.
const landing = "land";

document.getElementById("environments")?.addEventListener("click", (event) => {
  if (event.target.closest("a")) sessionStorage.setItem(landing, "1");
});

if (sessionStorage.getItem(landing)) {
  sessionStorage.removeItem(landing);
  if (!document.querySelector("[autofocus]")) land();
}

// --- One listener for each kind of event ----------------------------------------

document.addEventListener("keydown", moveInMenu);
document.addEventListener("keydown", sendOnEnter);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copy || button.dataset.copyFrom) copy(button);
  if ("print" in button.dataset) print();
  if (button.dataset.email) {
    document.getElementById("email").value = button.dataset.email;
    document.getElementById("password").value = button.dataset.password;
    document.querySelector("main form button[type=submit]").focus();
  }
});

// The address that a name makes, as it is typed.
document.addEventListener("input", ({ target }) => {
  delete target.dataset.suggestedFrom;
  showSlug(target);
  const suggested = document.querySelector(`[data-suggested-from="${target.id}"]`);
  if (!suggested) return;
  suggested.value = suggestSlug(target.value);
  showSlug(suggested);
});

function showSlug(field) {
  const shown = document.getElementById(field.dataset.shownIn);
  if (shown) shown.textContent = field.value || "your-team";
}

// As models.SuggestSlug makes it of what stays empty.
function suggestSlug(name) {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "").slice(0, 40).replace(/-+$/, "");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const dialog = document.getElementById(form.dataset.opens);
  if (dialog) {
    event.preventDefault();
    openDialog(dialog);
  } else if (form.dataset.passkey) {
    event.preventDefault();
    if (form.ariaBusy !== "true") usePasskey(form);
  } else if (form.dataset.busy && event.submitter?.formMethod !== "dialog") {
    if (form.ariaBusy === "true") {
      event.preventDefault();
      return;
    }
    form.ariaBusy = "true";
    event.submitter.textContent = form.dataset.busy;
    if (form.closest("dialog")) sessionStorage.setItem(landing, "1");
  }
});

// --- Lists -----------------------------------------------------------------------

// Days are those of here, unless the page was asked for with others.
for (const field of document.querySelectorAll("[data-zone]")) {
  const { from, to } = field.form.elements;
  if (from.value || to.value) continue;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  field.value = zone;
  field.disabled = false;
  field.form.querySelector("[data-zone-name]").textContent = zone;
}

let here; // made when it is needed, which takes a while

// Moments are told as here, with UTC beside.
function tellLocally() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (at.getTimezoneOffset() !== 0) {
      here ??= new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
      time.textContent = `${here.format(at)} here, ${time.textContent}`;
    }
    delete time.dataset.local;
  }
}

tellLocally();

// A link to a field leads into it.
document.addEventListener("click", ({ target }) => {
  const field = document.getElementById(target.closest?.("a[href^='#']")?.hash.slice(1));
  if (field?.matches("input")) setTimeout(() => field.focus());
});

// An address names what a list is narrowed to, and nothing else.
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches(".filters")) return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  if (!formData.has("from") && !formData.has("to")) formData.delete("zone");
});

// A page that comes back from the browser's memory is not busy any more.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// --- Parts that refresh in place ---------------------------------------------------

const asksByItself = (ctx) => ctx.sourceEvent?.type === "every";

// The versions of what is shown, by part: the server answers 304 to one that is not changed. Two parts of a page may
// come from the same address, and what one of them has got is not in the other yet.
const versions = new Map();
const partOf = (ctx) => `${ctx.request.action} ${ctx.select}`;

// Nobody looks at a hidden page. When it is looked at again, it is brought up to date at once.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!asksByItself(ctx)) return;
  if (document.hidden) return event.preventDefault();
  const version = versions.get(partOf(ctx));
  if (version) ctx.request.headers["If-None-Match"] = version;
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-hx-trigger^=every]")) part.dispatchEvent(new CustomEvent("every"));
});

// As words.Span and words.Relative write it.
const spans = [["second", 1, 50], ["minute", 60, 3300], ["hour", 3600, 82800], ["day", 86400, Infinity]];

function relative(seconds) {
  if (Math.abs(seconds) < 45) return seconds < 0 ? "in a moment" : "just now";
  const [unit, length] = spans.find(([, , below]) => Math.abs(seconds) < below);
  const count = Math.max(1, Math.round(Math.abs(seconds) / length));
  const span = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${span}` : `${span} ago`;
}

// How long ago things were is told anew while nothing else has changed, by the server's clock.
function retellTimes(now) {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (now - Date.parse(time.dateTime)) / 1000;
    if (Math.abs(seconds) <= 30 * 86400) time.textContent = relative(seconds);
  }
}

// A form that needs a proof of who one is goes again by itself: the answer is the
// page that asks for it. An answer without the part that was asked for means that the page has become
// another one: unlocked, signed out, gone. Then load it anew. While the server
// is away, what is shown stays, and the next try follows.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status === 304) return retellTimes(Date.parse(ctx.response.headers.get("Date")));
  if (asksByItself(ctx)) versions.set(partOf(ctx), ctx.response.headers.get("ETag"));
  // The form itself may be gone after the exchange.
  ctx.word = ctx.sourceElement.dataset.announce;
  if (ctx.response.headers.get("Dojo-Proof") === "required") {
    event.preventDefault();
    ctx.sourceElement.submit();
    return;
  }
  if (!ctx.select || ctx.text.includes(`id="${ctx.select.slice(1)}"`)) return;
  event.preventDefault();
  if (ctx.response.status < 500 || ctx.request.method !== "GET") location.reload();
});

document.addEventListener("htmx:after:swap", (event) => {
  tellLocally();
  const { word } = event.detail.ctx;
  if (word) announce(word);
});
