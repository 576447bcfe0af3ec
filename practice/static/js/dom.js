// Building elements. Class names are for our own style sheet only: nothing should select by them.

import { DRAWINGS } from "./drawings.js";

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "testid") element.setAttribute("data-testid", value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") element.style.cssText = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

// `depth` plain divs around the children, as x.com wraps everything.
export function nest(depth, ...children) {
  let inside = children;
  for (let i = 0; i < depth; i += 1) inside = [h("div", {}, ...inside)];
  return inside[0];
}

export function span(text, ...more) {
  return h("span", {}, text, ...more);
}

// Ids differ at every render, as on x.com.
export function randomId() {
  return `id__${Math.random().toString(36).slice(2, 13)}`;
}

// An icon: x.com draws an svg without a test id. Signs without a drawing of ours are shown as text.
export function icon(sign, testid) {
  const svg = drawing("svg", {
    viewBox: "0 0 24 24",
    "aria-hidden": "true",
    ...(testid ? { "data-testid": testid } : {}),
  });
  if (DRAWINGS[sign])
    svg.append(drawing("path", { d: DRAWINGS[sign], class: sign === "♥" ? "full" : "line" }));
  else {
    svg.append(drawing("text", { x: "12", y: "18", "text-anchor": "middle" }));
    svg.firstChild.textContent = sign;
  }
  return svg;
}

function drawing(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export function button(attributes, ...children) {
  return h("button", { role: "button", type: "button", ...attributes }, ...children);
}

export function link(href, attributes, ...children) {
  return h("a", { href, role: "link", ...attributes }, ...children);
}

export function setDisabled(element, disabled) {
  if (disabled) {
    element.setAttribute("aria-disabled", "true");
    element.setAttribute("disabled", "");
    element.setAttribute("tabindex", "-1");
  } else {
    for (const name of ["aria-disabled", "disabled", "tabindex"]) element.removeAttribute(name);
  }
}
