// The account selector: "/" focuses it, typing narrows the list, arrows and Enter choose.
"use strict";

(() => {
  const TYPING_MS = 120;
  const form = document.getElementById("selector");
  const input = document.getElementById("selector-input");
  const list = document.getElementById("selector-list");
  let timer = 0;
  let asked = 0;

  const options = () => [...list.querySelectorAll("a[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");

  async function load() {
    const number = ++asked;
    const address = `${form.dataset.choices}?q=${encodeURIComponent(input.value)}`;
    let answer;
    try {
      answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    } catch {
      return; // the poll tells the person that the panel does not answer
    }
    if (number !== asked || !answer.ok || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    show(true);
    if (input.value) select(options()[0]);
  }

  function show(visible) {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
    if (!visible) input.removeAttribute("aria-activedescendant");
  }

  function select(option) {
    active()?.setAttribute("aria-selected", "false");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function move(by) {
    const all = options();
    if (!all.length) return;
    const place = all.indexOf(active());
    const from = place < 0 && by < 0 ? 0 : place;
    select(all[(from + by + all.length) % all.length]);
  }

  input.addEventListener("focus", load);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, TYPING_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) load();
      else move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && active()) {
      event.preventDefault();
      location.assign(active().href);
    } else if (event.key === "Escape") {
      if (list.hidden) input.blur();
      show(false);
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) show(false);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus, so that the click arrives
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
