// A queued post is dragged to another hour with the mouse, or moved with Shift and the arrow keys. What a drop means
// is decided by the server: this file only fills in the form and shows the calendar as it is then.
"use strict";

(() => {
  const FAR_ENOUGH = 6; // pixels; less is a click
  const HOUR_MS = 3600000;
  const KEYS = { ArrowLeft: -24, ArrowRight: 24, ArrowUp: -1, ArrowDown: 1 };
  let drag = null;

  const calendar = () => document.getElementById("calendar");
  const say = (words) => (document.getElementById("announcer").textContent = words);

  // Where in its hour a post stands; it keeps that place in the new one.
  function placeInHour(chip) {
    const hour = chip.closest("[data-cell]");
    return hour ? Date.parse(chip.dataset.at) - Date.parse(hour.dataset.at) : 0;
  }

  function move(chip, moment) {
    const form = document.getElementById("move-form");
    const values = Object.fromEntries(new FormData(form));
    values.moment = moment.toISOString();
    values.version = chip.dataset.version;
    htmx
      .ajax("POST", chip.dataset.move, { target: "#calendar", select: "#calendar", swap: "outerHTML", values })
      .then(() => say(document.querySelector("#queue-notice p")?.textContent ?? ""));
  }

  function begin() {
    const { chip } = drag;
    drag.ghost = chip.cloneNode(true);
    drag.ghost.classList.add("drag-ghost");
    for (const part of drag.ghost.querySelectorAll("[id]")) part.removeAttribute("id");
    calendar().append(drag.ghost);
    chip.classList.add("drag-from");
    document.body.classList.add("dragging");
  }

  function end() {
    drag.ghost?.remove();
    drag.chip.classList.remove("drag-from");
    drag.over?.classList.remove("drag-over");
    document.body.classList.remove("dragging");
    drag = null;
  }

  document.addEventListener("pointerdown", (event) => {
    const chip = event.target.closest?.("[data-move]");
    if (!chip || event.button !== 0 || event.pointerType === "touch" || event.target.closest(".chip-move")) return;
    drag = { chip, x: event.clientX, y: event.clientY, ghost: null, over: null };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    if (!drag.ghost) begin();
    event.preventDefault();
    drag.ghost.style.left = `${event.clientX + 4}px`;
    drag.ghost.style.top = `${event.clientY + 4}px`;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".hour:not(.hour-past)") ?? null;
    if (over === drag.over) return;
    drag.over?.classList.remove("drag-over");
    over?.classList.add("drag-over");
    drag.over = over;
  });

  document.addEventListener("pointerup", () => {
    if (!drag) return;
    const { chip, over, ghost } = drag;
    end();
    if (!ghost) return;
    // The click that follows a drag must not open the post.
    const eat = (event) => event.preventDefault();
    document.addEventListener("click", eat, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", eat, { capture: true }), 0);
    if (!over) say(calendar().dataset.past);
    else if (over !== chip.closest("[data-cell]")) move(chip, new Date(Date.parse(over.dataset.at) + placeInHour(chip)));
  });

  document.addEventListener("pointercancel", () => drag && end());
  document.addEventListener("dragstart", (event) => event.target.closest?.("[data-move]") && event.preventDefault());

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) end();
    const chip = event.target.closest?.("[data-move]");
    if (!chip || !event.shiftKey || !(event.key in KEYS)) return;
    event.preventDefault();
    move(chip, new Date(Date.parse(chip.dataset.at) + KEYS[event.key] * HOUR_MS));
  });
})();
