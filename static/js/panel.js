// Small manners of the page: menus that close, messages that leave, questions before what hurts.
"use strict";

(() => {
  const NOTE_MS = 6000;
  const toasts = document.getElementById("toasts");
  const dialog = document.getElementById("confirm");

  // Menus are <details>: they open without any script. Here they close again.
  function closeMenus(but) {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== but) menu.open = false;
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const items = [...menu.querySelectorAll(".menu-list button")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
    }
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => event.detail.elt.matches("form.actions") && closeMenus());

  // Messages: good news leaves by itself unless somebody reads it; the rest stays until dismissed.
  function watch(note) {
    if (note.dataset.watched) return;
    note.dataset.watched = "yes";
    if (note.matches(".note-bad")) return;
    let timer = setTimeout(() => note.remove(), NOTE_MS);
    note.addEventListener("pointerenter", () => clearTimeout(timer));
    note.addEventListener("pointerleave", () => (timer = setTimeout(() => note.remove(), NOTE_MS)));
  }
  function watchAll() {
    toasts.querySelectorAll("[data-toast]").forEach(watch);
  }
  new MutationObserver(watchAll).observe(toasts, { childList: true });
  watchAll();
  toasts.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
  });

  // Where the pages of an account do not fit side by side, the present one is in sight.
  document.querySelector(".tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // A button that cannot be used says why when it is pressed all the same.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[aria-disabled=true]");
    if (!button) return;
    const note = document.createElement("div");
    note.className = "note note-plain";
    note.dataset.toast = "";
    const words = document.createElement("p");
    words.textContent = button.title;
    note.append(words);
    toasts.replaceChildren(note);
  });

  // What takes its time says so beside the button that was pressed. The page that comes next is all the progress there
  // is, so that a second press would only begin anew; gone back to, the page is as it was.
  function setBusy(button, isBusy) {
    if (isBusy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
    button.form.querySelector("[role=status]").textContent = isBusy ? button.dataset.busy : "";
  }
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset.busy || event.defaultPrevented) return;
    if (button.hasAttribute("aria-busy")) event.preventDefault();
    else setBusy(button, true);
  });
  addEventListener("pageshow", () => document.querySelectorAll("[data-busy][aria-busy]").forEach((button) => setBusy(button, false)));

  // Asks before what hurts: a button with data-confirm, of a form that htmx sends or of a plain one.
  function ask(button, go) {
    const label = [...button.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    document.getElementById("confirm-title").textContent = `${button.textContent.trim()}?`;
    document.getElementById("confirm-words").textContent = button.dataset.confirm;
    document.getElementById("confirm-yes").textContent = label.map((node) => node.textContent).join("").trim();
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && go(), { once: true });
    dialog.showModal();
  }
  document.body.addEventListener("htmx:confirm", (event) => {
    const button = event.detail.triggeringEvent?.submitter;
    if (!button?.dataset.confirm) return;
    event.preventDefault();
    ask(button, () => event.detail.issueRequest(true));
  });
  let allowed = null;
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset.confirm || event.target.hasAttribute("hx-post") || allowed === button) return;
    event.preventDefault();
    ask(button, () => {
      allowed = button;
      event.target.requestSubmit(button);
      allowed = null;
    });
  });
})();
