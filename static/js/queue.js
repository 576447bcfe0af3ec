// Who gives a post a date or a time means it: the choice follows.
"use strict";

document.addEventListener("input", (event) => {
  if (!event.target.matches(".queue-moment input")) return;
  event.target.closest("fieldset").querySelector("[name=when][value=at]").checked = true;
});
