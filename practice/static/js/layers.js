// What lies over the page: toasts, dialogs, menus. All of it stands in #layers, beside the page.

import { button, h, icon, link, nest, randomId, span } from "./dom.js";
import { say } from "./labels.js";

const TOAST_SECONDS = 5; // [A] "vanishes after a few seconds"

export function layers() {
  return document.getElementById("layers");
}

// x_dom_facts: Composer, after_submit (toast_post_sent_en_2024-04-30.html).
export function showToast(text, href = "") {
  document.querySelectorAll("[data-testid=toast]").forEach((old) => old.closest(".layer").remove());
  const view = href
    ? h("div", { "aria-hidden": "true" }, link(href, { dir: "ltr", class: "strong" }, span(say.view)))
    : null;
  const toast = h(
    "div",
    { role: "alert", testid: "toast", style: "opacity: 1;" },
    h("div", { dir: "ltr" }, span(text)),
    view,
  );
  const layer = h("div", { class: "layer toast-layer" }, nest(2, toast));
  layers().append(layer);
  setTimeout(() => layer.remove(), TOAST_SECONDS * 1000);
}

// A dialog with a mask. [A] the modal's full HTML is not captured: role=dialog, aria-modal, mask, app-bar-close
// are attested (x_dom_facts: Composer), their nesting is assumed. Returns a function that removes it.
export function openDialog(content, { onClose, testid = null, closable = true, className = "" }) {
  const title = randomId();
  const close = closable
    ? button(
        { "aria-label": say.close, testid: "app-bar-close", onclick: () => onClose() },
        h("div", { dir: "ltr" }, icon("✕"), span("")),
      )
    : null;
  const box = h(
    "div",
    { role: "dialog", "aria-modal": "true", "aria-labelledby": title, class: `dialog ${className}`, testid },
    nest(2, h("div", { id: title, class: "dialog-bar" }, close), content),
  );
  const mask = h("div", { testid: "mask", class: "mask" });
  const layer = h(
    "div",
    { class: "layer dialog-layer" },
    nest(1, h("div", { class: "dialog-holder" }, mask, box)),
  );
  mask.addEventListener("click", () => closable && onClose());
  layers().append(layer);
  return () => layer.remove();
}

// A question with a yes and a no; resolves to true or false. [A] nesting not captured.
export function confirmSheet(title, text, yes, no) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      layer.remove();
      resolve(value);
    };
    const sheet = h(
      "div",
      { role: "alertdialog", "aria-modal": "true", testid: "confirmationSheetDialog", class: "sheet" },
      h("h1", { dir: "ltr", role: "heading" }, span(title)),
      h("div", { dir: "ltr" }, span(text)),
      button(
        { testid: "confirmationSheetConfirm", onclick: answer(true) },
        h("div", { dir: "ltr" }, span(yes)),
      ),
      button(
        { testid: "confirmationSheetCancel", onclick: answer(false) },
        h("div", { dir: "ltr" }, span(no)),
      ),
    );
    const mask = h("div", { testid: "mask", class: "mask", onclick: answer(false) });
    const layer = h(
      "div",
      { class: "layer dialog-layer" },
      nest(1, h("div", { class: "dialog-holder" }, mask, sheet)),
    );
    layers().append(layer);
  });
}

// A menu of [text, attributes, action]. [A] nesting not captured.
export function openMenu(items) {
  const close = () => layer.remove();
  const menu = h(
    "div",
    { role: "menu", class: "menu" },
    h(
      "div",
      { testid: "Dropdown" },
      items.map(([text, attributes, action]) =>
        h(
          attributes.href ? "a" : "div",
          { role: "menuitem", tabindex: "0", ...attributes, onclick: () => (close(), action && action()) },
          nest(1, h("div", { dir: "ltr" }, span(text))),
        ),
      ),
    ),
  );
  const layer = h(
    "div",
    { class: "layer dialog-layer" },
    nest(1, h("div", { class: "dialog-holder" }, h("div", { class: "mask clear", onclick: close }), menu)),
  );
  layers().append(layer);
}

// The overlay of the fault "popup": nothing below it can be clicked until it is closed.
export function openPopup() {
  const content = h(
    "div",
    { class: "popup" },
    h("h1", { dir: "ltr", role: "heading" }, span(say.popupTitle)),
    h("div", { dir: "ltr" }, span(say.popupText)),
  );
  const remove = openDialog(content, { onClose: () => remove(), className: "front" });
}
