// What lies over the middle of arguments[1]: null when it can be clicked.
const css = arguments[0];
const target = arguments[1];
target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
const box = target.getBoundingClientRect();
if (!box.width || !box.height) return { what: "nothing, it has no size", selector: "" };
const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
if (!top || target.contains(top) || top.contains(target)) return null;
const names = ["cookie_mask", "cookie_banner", "confirm_sheet", "dialog", "mask"];
const name = names.find((one) => top.closest(css[one])) || "";
const owner = top.closest("[data-testid]");
const described = owner ? `[data-testid=${owner.getAttribute("data-testid")}]` : top.nodeName.toLowerCase();
return { what: described, selector: name };
