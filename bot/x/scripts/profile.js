// The head of the profile page as plain data (x_dom_facts: Profile and user cells).
const css = arguments[0];
const handle = arguments[1].toLowerCase();
const column = document.querySelector(css.primary_column);
if (!column) return null;
const inHead = (element) => !element.closest(css.user_cell) && !element.closest(css.post);
const count = (selector) => {
  const link = [...column.querySelectorAll(selector)].find(
    (one) => inHead(one) && one.pathname.toLowerCase().startsWith(`/${handle}/`),
  );
  const first = link && [...link.querySelectorAll("span")].find((span) => /\d/.test(span.textContent));
  return first ? first.textContent.trim() : null;
};
const heading = column.querySelector(css.profile_heading);
const under = heading && heading.parentElement
  ? [...heading.parentElement.children].filter((one) => one !== heading).map((one) => one.textContent.trim()).find((words) => /\d/.test(words))
  : null;

// A button is this person's when its label names the handle; "-cancel" may lack a label, then its place decides.
const names = (element) => {
  const label = (element.getAttribute("aria-label") || "").toLowerCase();
  const at = label.indexOf(`@${handle}`);
  return at >= 0 && !/[a-z0-9_]/.test(label[at + handle.length + 1] || "");
};
const mine = (element) => inHead(element) && (names(element) || !/@/.test(element.getAttribute("aria-label") || ""));
const button = (selector) => [...column.querySelectorAll(selector)].find(mine) || null;
const states = ["unfollow", "follow_pending", "unblock", "follow"];
const state = states.find((one) => button(css[one])) || (column.querySelector(css.edit_profile) ? "own" : "");
return {
  named: Boolean(column.querySelector(css.profile_name)),
  followers: count(css.followers_count),
  following: count(css.following_count),
  posts: under || null,
  state,
  button: state && state !== "own" ? button(css[state]) : null,
  follows: Boolean([...column.querySelectorAll(css.follows_you)].find(inHead)),
  language: document.documentElement.lang || "",
};
