// The overview's keys and ticks. Without this file the ticks, the list beside the buttons and all links work as well;
// with it a tick outlives another page, another order and each poll.
"use strict";

(() => {
  const KEYS_OFF = "aviary.keys-off";
  const bulk = document.getElementById("bulk");
  const pageTick = document.getElementById("pick-page");
  const clear = document.getElementById("pick-none");
  const keys = document.getElementById("keys");
  const keysOff = document.getElementById("keys-off");
  const keysButton = document.getElementById("keys-button");
  const finder = document.getElementById("finder-words");
  const ticked = new Set(); // ids, of accounts on other pages too
  let lastTicked = null;
  let scope = "selected"; // what the list beside the buttons said before it was swapped
  let turned = false; // a person asked for another page: the list begins at its top

  const boxes = () => [...document.querySelectorAll("#cards .pick")];
  const scopeList = () => document.getElementById("bulk-for");
  const accounts = () => [...document.querySelectorAll("#cards [data-account]")];

  // Ticks

  function set(box, on) {
    box.checked = on;
    if (on) ticked.add(box.value);
    else ticked.delete(box.value);
  }

  function tick(box, on, range) {
    const all = boxes();
    const from = range && lastTicked ? all.findIndex((each) => each.value === lastTicked) : -1;
    const to = all.indexOf(box);
    if (from < 0) set(box, on);
    else for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) set(each, on);
    lastTicked = box.value;
    choose("selected");
  }

  function tickPage(on) {
    for (const box of boxes()) set(box, on);
    choose("selected");
  }

  function tickNone() {
    ticked.clear();
    choose("selected");
    restore();
  }

  function choose(value) {
    scope = value;
    show();
  }

  // What the page says of the ticks
  function show() {
    const list = scopeList();
    const all = boxes();
    const on = all.filter((box) => box.checked).length;
    list.options[0].textContent = ticked.size ? `${ticked.size.toLocaleString("en")} ticked` : "None ticked";
    list.value = [...list.options].some((option) => option.value === scope) ? scope : "selected";
    pageTick.checked = all.length > 0 && on === all.length;
    pageTick.indeterminate = on > 0 && on < all.length;
    clear.hidden = ticked.size === 0;
    const isIdle = ticked.size === 0 && list.value === "selected";
    bulk.classList.toggle("is-idle", isIdle);
    bulk.classList.toggle("is-on", !isIdle);
    for (const account of accounts()) account.classList.toggle("is-ticked", account.querySelector(".pick").checked);
  }

  // The browser keeps ticks when a person goes back; the page keeps them through swaps.
  function restore() {
    for (const box of boxes()) box.checked = ticked.has(box.value);
    show();
  }

  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".pick")) tick(event.target, event.target.checked, event.shiftKey);
    else if (event.target.closest?.("#pager a")) turned = true;
    else closeMenuOf(event.target.closest?.(".chip-menu a"));
  });

  // A filter was chosen in a menu: an open menu would keep the filters from being swapped. The focus stays beside it.
  function closeMenuOf(choice) {
    const menu = choice?.closest("details");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  pageTick.addEventListener("change", () => tickPage(pageTick.checked));
  clear.addEventListener("click", () => {
    tickNone();
    scopeList().focus();
  });
  bulk.addEventListener("change", (event) => event.target === scopeList() && choose(event.target.value));
  bulk.addEventListener("formdata", (event) => {
    const here = new Set(boxes().map((box) => box.value));
    for (const id of ticked) if (!here.has(id)) event.formData.append("account", id);
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (["cards", "bulk-scope"].includes(event.detail.target.id)) restore();
    if (event.detail.target.id === "cards" && turned) toTop();
  });
  document.body.addEventListener("htmx:afterRequest", () => (turned = false));

  function toTop() {
    // Not to the bar above it: that one sticks, so it is in sight already.
    document.getElementById("cards").scrollIntoView({ block: "start" });
    const range = document.getElementById("pager-range");
    if (range) document.getElementById("announcer").textContent = range.textContent;
  }

  // Keys: they move the real focus, so that Enter, Tab and a screen reader go on from there.

  function present() {
    return document.activeElement.closest?.("#cards [data-account]") ?? null;
  }

  function move(by) {
    const all = accounts();
    if (!all.length) return;
    const at = all.indexOf(present());
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[to].querySelector("[data-open]").focus();
    all[to].scrollIntoView({ block: "nearest" });
  }

  function tickPresent(range) {
    const box = present()?.querySelector(".pick");
    if (box) tick(box, range || !box.checked, range);
  }

  function press(id) {
    document.getElementById(id)?.click();
  }

  const ACTIONS = {
    f: () => (finder.focus(), finder.select()),
    j: () => move(1),
    k: () => move(-1),
    x: () => tickPresent(false),
    X: () => tickPresent(true),
    a: () => tickPage(!pageTick.checked),
    n: () => press("page-after"),
    p: () => press("page-before"),
    v: () => press(document.querySelector("#cards.rows") ? "view-cards" : "view-table"),
    Escape: tickNone,
  };

  function areOff() {
    try {
      return localStorage.getItem(KEYS_OFF) === "yes";
    } catch {
      return false; // storage is switched off in this browser
    }
  }

  function keepOff() {
    try {
      localStorage.setItem(KEYS_OFF, keysOff.checked ? "yes" : "");
    } catch {
      // storage is switched off: the choice does not last
    }
  }

  function isTyping(target) {
    return target.closest("textarea, select, [contenteditable], input:not([type=checkbox])");
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (isTyping(event.target) || event.target.closest("details.menu[open]")) return;
    if (event.key === "?") keys.showModal();
    else if (ACTIONS[event.key] && !areOff()) ACTIONS[event.key]();
    else return;
    event.preventDefault();
  });
  keysButton.addEventListener("click", () => keys.showModal());
  keysOff.addEventListener("change", keepOff);

  keysOff.checked = areOff();
  pageTick.hidden = false;
  keysButton.hidden = false;
  for (const box of boxes()) if (box.checked) ticked.add(box.value); // a browser that went back ticks them again
  window.addEventListener("pageshow", () => {
    for (const box of boxes()) if (box.checked) ticked.add(box.value);
    show();
  });
  show();
})();
