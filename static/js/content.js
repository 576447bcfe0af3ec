// Templates are dragged to another place of their list. The buttons with arrows do the same without a mouse, and
// without this file.
"use strict";

(() => {
  let dragged = null;

  for (const item of document.querySelectorAll(".templates > .template")) {
    if (item.querySelector(".template-acts")) item.draggable = true;
  }

  function isTarget(item) {
    return dragged && item && item !== dragged && item.parentElement === dragged.parentElement;
  }

  function over(event) {
    const item = event.target.closest?.(".template");
    for (const each of document.querySelectorAll(".template.is-over")) each.classList.toggle("is-over", each === item);
    if (!isTarget(item)) return;
    event.preventDefault();
    item.classList.add("is-over");
  }

  // The form of the dragged template is sent as its arrow would send it, with the place of the other one.
  function drop(event) {
    const item = event.target.closest?.(".template");
    if (!isTarget(item)) return;
    event.preventDefault();
    const form = dragged.querySelector(".template-acts");
    const to = document.createElement("input");
    to.type = "hidden";
    to.name = "to";
    to.value = item.dataset.place;
    form.append(to);
    form.submit();
  }

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".templates > .template[draggable]") ?? null;
    dragged?.classList.add("is-dragged");
  });
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    for (const each of document.querySelectorAll(".template.is-over")) each.classList.remove("is-over");
    dragged = null;
  });
})();
