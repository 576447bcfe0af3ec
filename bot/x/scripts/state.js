// What tells in which state the page is, apart from any language (x_dom_facts: Login flow, Locks, App shell).
const css = arguments[0];
const has = (name) => document.querySelector(css[name]) !== null;
const isShown = (element) => Boolean(element && element.getClientRects().length);
const navigation = performance.getEntriesByType("navigation")[0];
const column = document.querySelector(css.primary_column);
const avatar = document.querySelector(css.own_avatar);
const profileLink = document.querySelector(css.own_profile_link);
const avatarId = (avatar && avatar.getAttribute("data-testid")) || "";
const avatarOf = "UserAvatar-Container-";

// Words that X itself wrote: everything but what people wrote or asked for.
const ownWords = (root) => {
  if (!root) return "";
  const skip = ["post", "composer_text", "user_cell", "profile_name", "profile_text", "profile_items", "empty_state"]
    .map((name) => css[name])
    .concat("h1", "h2", "script", "style", "noscript")
    .join(", ");
  const words = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode: (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(skip) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  });
  while (walker.nextNode()) if (walker.currentNode.nodeType === Node.TEXT_NODE) words.push(walker.currentNode.data);
  return words.join(" ").replace(/\s+/g, " ").slice(0, 4000);
};

return {
  url: location.href,
  status: navigation ? navigation.responseStatus || 0 : 0,
  logged_in: window.__META_DATA__ ? Boolean(window.__META_DATA__.isLoggedIn) : null,
  login_shown: has("login_bar") || has("login_input"),
  code_asked: has("code_input"),
  frame_shown: [...document.querySelectorAll("iframe")].some(isShown),
  script_failed: isShown(document.querySelector(css.script_failure)),
  column_shown: column !== null,
  own_handle: avatarId.startsWith(avatarOf)
    ? avatarId.slice(avatarOf.length)
    : profileLink
      ? new URL(profileLink.href).pathname.slice(1)
      : "",
  posts: document.querySelectorAll(`${css.primary_column} ${css.post}`).length,
  cells: document.querySelectorAll(`${css.primary_column} ${css.cell} *`).length,
  list_shown: Boolean(column && column.querySelector(css.list)),
  nothing_here: Boolean(column && column.querySelector(css.empty_state)),
  not_found: has("not_found"),
  words: ownWords(column || document.querySelector("main") || document.body),
};
