// A page with something written and not saved is not left without a question. Marked forms say data-unsaved.
"use strict";

(() => {
  let sent = null;

  function isOther(field) {
    if (field.type === "hidden" || field.type === "submit") return false;
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected));
    return "defaultValue" in field && field.value !== field.defaultValue;
  }

  // A refusal brings back what was written: there it is the page's own state, and not saved all the same.
  function isRefusal() {
    return performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
  }

  function isUnsaved() {
    const others = [...document.querySelectorAll("form[data-unsaved]")].filter((form) => form !== sent);
    if (!sent && others.length > 0 && isRefusal()) return true;
    return others.some((form) => [...form.elements].some(isOther));
  }

  // htmx has prevented what it sends itself by now: such a form leaves nothing.
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent = event.target;
  });
  window.addEventListener("pageshow", () => (sent = null));
  window.addEventListener("beforeunload", (event) => isUnsaved() && event.preventDefault());
})();
