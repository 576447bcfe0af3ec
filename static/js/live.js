// One poll per page. The server answers 204, or the changed fragments; this file says when to ask, and keeps
// what a person is using (an open menu, open runs, the focus) from being swapped away.
"use strict";

(() => {
  const VISIBLE_MS = 2000;
  const HIDDEN_MS = 15000;
  const LONGEST_MS = 15000;
  const poll = document.getElementById("poll");
  const lost = document.getElementById("connection-lost");
  const loggedOut = document.getElementById("connection-login");
  let timer = 0;
  let failures = 0;
  let asking = false;
  let askAgain = false;
  let keptBack = false;

  function delay() {
    if (failures) return Math.min(LONGEST_MS, VISIBLE_MS * 2 ** (failures - 1));
    return document.hidden ? HIDDEN_MS : VISIBLE_MS;
  }

  function plan() {
    clearTimeout(timer);
    timer = setTimeout(ask, delay());
  }

  function ask() {
    clearTimeout(timer);
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    poll.dispatchEvent(new Event("aviary:poll"));
  }

  function answered(event) {
    asking = false;
    const { status } = event.detail.xhr;
    const wasLoggedOut = !loggedOut.hidden;
    const fine = status >= 200 && status < 400;
    lost.hidden = status !== 0 && status < 500;
    loggedOut.hidden = status !== 401;
    failures = fine ? 0 : failures + 1;
    if (fine && wasLoggedOut) location.reload(); // a new login: the forms on this page are of the old one
    if (askAgain && fine) {
      askAgain = false;
      ask();
      return;
    }
    plan();
  }

  // What the page has open goes along, so that the answer has it open too.
  function addOpenRuns(event) {
    if (event.detail.elt !== poll) return;
    const open = [...document.querySelectorAll("details.run[open]")].map((run) => run.id.slice(4));
    event.detail.parameters.open = open.join(",");
  }

  // An unchanged fragment stays; one with an open menu waits until the menu is closed.
  function beforeSwap(event) {
    const { target, fragment } = event.detail;
    const incoming = fragment.querySelector("[id]");
    if (incoming && target.dataset.key !== undefined && incoming.dataset.key === target.dataset.key) {
      event.detail.shouldSwap = false;
    } else if (target.querySelector("details.menu[open]")) {
      keptBack = true;
      event.detail.shouldSwap = false;
    } else if (incoming && "badge" in incoming.dataset) {
      announce(target, incoming);
    } else if (incoming && incoming.dataset.say) {
      document.getElementById("announcer").textContent = incoming.dataset.say;
    }
  }

  // Spoken: each new state on an account's own page, only trouble on the overview, never single steps.
  function announce(target, incoming) {
    const onOwnPage = Boolean(document.getElementById("runs"));
    if (target.dataset.key === incoming.dataset.key || !(onOwnPage || incoming.dataset.urgent === "yes")) return;
    document.getElementById("announcer").textContent = `${incoming.dataset.badge}: ${incoming.textContent.trim()}`;
  }

  function menuToggled(event) {
    if (!keptBack || !event.target.matches("details.menu") || event.target.open) return;
    keptBack = false;
    if (!poll) return;
    poll.querySelector("input[name=since]").value = ""; // asks for everything; what is the same stays
    const shown = poll.querySelector("input[name=shown]");
    if (shown) shown.value = "";
    ask();
  }

  document.body.addEventListener("htmx:oobBeforeSwap", beforeSwap);
  document.addEventListener("toggle", menuToggled, true);
  if (!poll) return;
  document.body.addEventListener("htmx:configRequest", addOpenRuns);
  document.body.addEventListener("aviary:acted", ask);
  poll.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("visibilitychange", () => (document.hidden ? plan() : ask()));
  plan();
})();
