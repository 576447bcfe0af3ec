// The keys of the page Approvals, and what keeps a person's place, ticks and half-written replies through each poll.
// Without this file every decision is a button of a form.
"use strict";

(() => {
  const list = () => document.getElementById("approvals-list");
  const keys = document.getElementById("keys");
  const keysButton = document.getElementById("keys-button");
  const tickLikes = document.getElementById("tick-likes");
  const ticked = new Set();
  const written = new Map(); // approval -> what a person wrote into its reply
  let present = null; // the approval whose card has the focus
  let place = 0; // where that card stands

  const cards = () => [...list().querySelectorAll(".approval:not([hidden])")];
  const cardOf = (id) => document.getElementById(`approval-${id}`);
  const boxes = () => [...list().querySelectorAll(".approval:not([hidden]) .pick")];

  // Ticks
  function showTicks() {
    for (const box of boxes()) box.checked = ticked.has(box.value);
    document.getElementById("ticked").textContent = ticked.size ? `${ticked.size} ticked` : "";
    tickLikes.hidden = boxes().length === 0;
  }

  function tick(box, on) {
    if (!box) return;
    if (on) ticked.add(box.value);
    else ticked.delete(box.value);
    showTicks();
  }

  // The place: real focus, so that Tab, Enter and a screen reader go on from there.
  function focusCard(card) {
    if (!card) return;
    card.querySelector("[data-open]").focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function presentCard() {
    return document.activeElement.closest?.(".approval") ?? null;
  }

  function move(by) {
    const all = cards();
    const at = all.indexOf(presentCard());
    focusCard(all[at < 0 ? Math.min(place, all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
  }

  // A decided card leaves at once: the next key is for the next one. What was refused comes back.
  function decide(deed) {
    const card = presentCard();
    const button = card?.querySelector(`[data-deed="${deed}"]`);
    if (!button) return;
    const all = cards();
    const at = all.indexOf(card);
    const reply = card.querySelector("textarea");
    if (deed === "approve" && reply && !reply.value.trim()) {
      reply.focus();
      return;
    }
    focusCard(all[at + 1] ?? all[at - 1]);
    button.click();
    card.hidden = true;
    if (cards().length === 0) document.getElementById("main").focus();
  }

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest?.(".approval");
    if (!card) return;
    present = card.dataset.approval;
    place = cards().indexOf(card);
  });
  document.addEventListener("input", (event) => {
    const reply = event.target.closest?.(".approval textarea");
    if (reply) written.set(reply.closest(".approval").dataset.approval, reply.value);
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("#approvals-list .pick")) tick(event.target, event.target.checked);
  });
  tickLikes.addEventListener("click", () => {
    const all = boxes();
    const on = !all.every((box) => box.checked);
    for (const box of all) tick(box, on);
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const card = event.target.closest?.(".approval");
    const refused = !event.detail.successful || event.detail.xhr.responseText.includes("note-bad");
    if (card && refused) card.hidden = false;
    if (card && !refused) written.delete(card.dataset.approval);
    if (event.target.id === "approvals-bulk" && !refused) ticked.clear();
  });

  // A poll brings another list: what a person has there stays.
  let before = null;
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.id !== "approvals-list") return;
    const focus = document.activeElement;
    const card = presentCard();
    const hidden = [...list().querySelectorAll(".approval[hidden]")].map((each) => each.dataset.approval);
    before = { inList: Boolean(card), id: focus.id, start: focus.selectionStart, end: focus.selectionEnd, hidden };
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id !== "approvals-list" || !before) return;
    for (const id of before.hidden) if (cardOf(id)) cardOf(id).hidden = true; // its answer is on its way
    for (const [id, text] of written) {
      const reply = cardOf(id)?.querySelector("textarea");
      if (reply) reply.value = text;
      else written.delete(id);
    }
    for (const id of ticked) if (!cardOf(id)) ticked.delete(id);
    showTicks();
    if (before.inList) keepPlace();
    before = null;
  });

  function keepPlace() {
    const card = cardOf(present);
    const field = before.id && document.getElementById(before.id);
    if (card && field && card.contains(field)) {
      field.focus({ preventScroll: true });
      if (field.matches("textarea")) field.setSelectionRange(before.start, before.end);
    } else {
      const all = cards();
      focusCard(card ?? all[Math.min(place, all.length - 1)]);
    }
  }

  function edit() {
    const reply = presentCard()?.querySelector("textarea");
    if (!reply) return;
    reply.focus();
    reply.setSelectionRange(reply.value.length, reply.value.length);
  }

  const ACTIONS = {
    j: () => move(1),
    k: () => move(-1),
    a: () => decide("approve"),
    r: () => decide("reject"),
    n: () => decide("never"),
    e: edit,
    x: () => {
      const box = presentCard()?.querySelector(".pick");
      if (box) tick(box, !box.checked);
    },
    "?": () => keys.showModal(),
  };

  function keyInReply(event) {
    if (event.key === "Escape") focusCard(event.target.closest(".approval"));
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) decide("approve");
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.target.matches(".approval textarea")) {
      keyInReply(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox]), details.menu[open]")) return;
    const act = ACTIONS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  keysButton.hidden = false;
  keysButton.addEventListener("click", () => keys.showModal());
  showTicks();
})();
