// What the lists of records and the page for uploads do beyond HTML: a record opens
// at the side without the page being loaded anew, a search goes on by itself, and a
// file shows how far it is. Every job works without it.

// --- A record at the side of its list -----------------------------------------------

const slide = () => document.getElementById("slide");

// show puts the record of an address at the side, without loading the list anew.
async function show(address) {
  const response = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const part = page.getElementById("slide");
  if (!response.ok || !part) throw new Error(`${response.status}`);
  slide().replaceWith(part);
  mark(recordOf(new URL(address, location.href)));
}

const recordOf = (address) => new URL(address).searchParams.get("record");

// mark shows in the list which record is open, and returns its link.
function mark(record) {
  let marked = null;
  for (const link of document.querySelectorAll("[data-slide]")) {
    link.removeAttribute("aria-current");
    if (record && recordOf(link.href) === record) {
      link.setAttribute("aria-current", "true");
      marked = link;
    }
  }
  return marked;
}

// A list that refreshes itself does not know what is open.
document.addEventListener("htmx:after:swap", () => mark(recordOf(location.href)));

async function openRecord(link) {
  try {
    await show(link.href);
  } catch {
    location.assign(link.href);
    return;
  }
  history.pushState({ slide: true }, "", link.href);
  document.getElementById("slide-title")?.focus();
}

function closeRecord() {
  const panel = document.querySelector(".slide");
  if (!panel) return;
  const link = mark(recordOf(location.href));
  mark(null);
  history.pushState({ slide: true }, "", panel.dataset.close);
  slide().replaceChildren();
  (link ?? document.getElementById("main")).focus();
}

addEventListener("popstate", () => { if (slide()) show(location.href).catch(() => location.reload()); });

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("[data-slide]");
  if (link) {
    event.preventDefault();
    openRecord(link);
  } else if (event.target.closest?.("[data-slide-close]")) {
    event.preventDefault();
    closeRecord();
  }
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
  const menu = document.querySelector("details.drop[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else {
    closeRecord();
  }
});

// --- Uploading a file ------------------------------------------------------------------

let sending = null;

const part = (form, name) => form.querySelector(`[data-${name}]`);

function progress(form, text, percent) {
  const bar = form.querySelector("progress");
  const words = part(form, "progress-text");
  if (words.textContent !== text) words.textContent = text;
  if (percent === undefined) bar.removeAttribute("value");
  else bar.value = percent;
}

// busy hides what cannot be done while a file is on its way.
function busy(form, on) {
  part(form, "progress").hidden = !on;
  part(form, "upload-cancel").hidden = !on;
  form.querySelector("button[type=submit]").disabled = on;
  form.toggleAttribute("data-busy-now", on);
}

function trouble(form, text) {
  busy(form, false);
  const box = part(form, "upload-trouble");
  box.querySelector("p").textContent = text;
  box.hidden = false;
  form.elements.file.focus({ preventScroll: true }); // the button that was pressed may be gone
}

function upload(form) {
  const file = form.elements.file.files[0];
  const body = new FormData();
  body.append("file", file, file.name);
  part(form, "upload-trouble").hidden = true;
  busy(form, true);
  progress(form, "Sending…", 0);

  const request = new XMLHttpRequest();
  sending = request;
  request.open("POST", form.action);
  request.setRequestHeader("Dojo-Upload", "script");
  request.upload.onprogress = ({ loaded, total }) => progress(form, `Sending… ${Math.floor((100 * loaded) / total)} %`, (100 * loaded) / total);
  request.upload.onload = () => {
    progress(form, "Reading the file…");
  };
  request.onerror = () => trouble(form, "The file could not be sent. The connection may be gone, you may be signed out, or the file has changed since you chose it. Reload the page and try again.");
  request.onabort = () => trouble(form, "Cancelled. Nothing was uploaded.");
  request.onload = () => answered(form, request, file);
  request.send(body);
}

function answered(form, request, file) {
  const to = request.getResponseHeader("Dojo-Location");
  if (to) {
    location.assign(to);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.getElementById("upload");
  if (!fresh) {
    if (request.status < 400) location.reload(); // signed out meanwhile
    else trouble(form, page.querySelector("main p.lead, main .failure p:not(.status)")?.textContent.trim() || `The upload failed (${request.status}). Try again.`);
    return;
  }
  document.getElementById("upload").replaceWith(fresh);
  prepare(fresh, file);
  fresh.querySelector("#file").focus({ preventScroll: true });
  fresh.querySelector("h2, strong")?.closest("section, .flash")?.scrollIntoView({ block: "nearest" });
}

// prepare lets a form take a file that is dropped on it, and keeps the one that was
// chosen before.
function prepare(root, file) {
  const form = root.querySelector("[data-upload]");
  if (!form) return;
  const input = form.elements.file;
  if (file) {
    const chosen = new DataTransfer();
    chosen.items.add(file);
    input.files = chosen.files;
  }
  const zone = part(form, "drop");
  part(form, "drop-hint").hidden = false;
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.focus();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.hasAttribute("data-busy-now")) upload(form);
  });
  part(form, "upload-cancel").addEventListener("click", () => sending?.abort());
}

prepare(document);

// --- Its columns, and the first records ---------------------------------------------------

const steps = document.querySelector("[data-upload-step]");
// What was chosen shows in the preview only when that is made anew.
steps?.addEventListener("change", (event) => {
  if (event.target.name !== "skip") steps.querySelector("[data-update]").classList.add("primary");
});
steps?.addEventListener("submit", (event) => {
  const writing = event.submitter?.value === "upload";
  if (steps.hasAttribute("data-busy-now")) return event.preventDefault();
  steps.setAttribute("data-busy-now", "");
  steps.querySelector("[data-writing]").hidden = !writing;
  if (writing && steps.hasAttribute("data-long")) follow(steps);
});
// A page that comes back from the browser's memory is not busy any more.
addEventListener("pageshow", () => steps?.removeAttribute("data-busy-now"));
if (steps?.hasAttribute("data-check")) check(steps);

// check has the rest of a long file read, while its first records are looked at.
async function check(form) {
  const waiting = part(form, "checking");
  const button = form.querySelector("[value=check]");
  const body = new URLSearchParams({ do: "check" });
  waiting.hidden = false;
  button.hidden = true;
  const leaving = new AbortController(); // another step has the file read anew
  form.addEventListener("submit", () => leaving.abort(), { once: true });
  try {
    const { signal } = leaving;
    const read = await fetch(form.action, { method: "POST", body, signal, headers: { "Dojo-Upload": "script" } });
    const to = read.headers.get("Dojo-Location");
    if (!to) throw new Error("the file was not read");
    const answer = await fetch(to, { signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("upload");
    for (const id of ["preview", "finish"]) document.getElementById(id).replaceWith(fresh.querySelector(`#${id}`));
    form.toggleAttribute("data-long", fresh.hasAttribute("data-long"));
  } catch {
    waiting.hidden = true;
    button.hidden = false;
  }
}

// follow says how far the writing of a long file has come, until the answer to the form is there.
function follow(form) {
  const bar = part(form, "progress");
  bar.hidden = false;
  part(form, "upload-trouble").hidden = true;
  progress(form, "", undefined);
  const polling = setInterval(async () => {
    const { done, of } = await fetch(`${form.action}/progress`).then((answer) => answer.json()).catch(() => ({}));
    const percent = (100 * done) / of;
    if (of) progress(form, `${Math.floor(percent)} %: ${done.toLocaleString("en")} of ${of.toLocaleString("en")}`, percent);
  }, 500);
  part(form, "stop").onclick = () => {
    stop(); // the form's answer is not waited for any more, and Dojo stops writing
    clearInterval(polling);
    bar.hidden = true;
    form.querySelector("[data-writing]").hidden = true;
    const box = part(form, "upload-trouble");
    box.querySelector("p").textContent = "Stopped. What was written until then stays: the activity says how much.";
    box.hidden = false;
    form.removeAttribute("data-busy-now");
  };
}
