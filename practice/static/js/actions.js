// The action bar below a post (x_dom_facts: Action bar). Clicks flip at once, and back when refused.

import * as api from "./api.js";
import { button, h, icon, link, nest, randomId, span } from "./dom.js";
import { say, wordsFor } from "./labels.js";
import { openMenu, showToast } from "./layers.js";
import { barNumber } from "./numbers.js";
import { named, viewer } from "./visit.js";

// "12 replies, 3 reposts, Reposted, 40 likes, Liked, 900 views": what is zero is left out.
function groupLabel(post) {
  const words = [];
  for (const what of ["replies", "reposts", "likes", "bookmarks", "views"]) {
    if (post[what]) words.push(say.count[what](post[what]));
    if (what === "reposts" && post.reposted) words.push(say.state.reposted);
    if (what === "likes" && post.liked) words.push(say.state.liked);
  }
  return words.join(say.count.join);
}

function face(sign, value) {
  const number =
    value === null
      ? null
      : nest(
          1,
          h(
            "span",
            { testid: "app-text-transition-container" },
            span("", value ? span(barNumber(value)) : ""),
          ),
        );
  return h("div", { dir: "ltr" }, nest(1, h("div"), icon(sign)), number);
}

function reactButton(kind, sign, post, value, attributes, onclick) {
  return nest(
    1,
    button(
      { "aria-label": say.button[kind](value), testid: kind, class: `act ${kind}`, onclick, ...attributes },
      face(sign, value),
    ),
  );
}

// Draws the bar for the post; `focal` shows the bookmarks' number and no views.
export function actionBar(post, focal) {
  const bar = h("div", { role: "group", id: randomId(), class: "bar" });
  drawBar(bar, post, focal);
  return bar;
}

// A redraw renews the buttons that stand there: on x.com, too, the same element changes its test id.
function drawBar(bar, post, focal) {
  bar.setAttribute("aria-label", groupLabel(post));
  const parts = barParts(post, focal, () => drawBar(bar, post, focal));
  if (!bar.children.length) bar.append(...parts);
  else parts.forEach((part, index) => renew(pressed(bar.children[index]), pressed(part)));
}

function pressed(part) {
  return part.querySelector("button, a");
}

function renew(element, fresh) {
  for (const name of element.getAttributeNames())
    if (!fresh.hasAttribute(name)) element.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) element.setAttribute(name, fresh.getAttribute(name));
  element.replaceChildren(...fresh.childNodes);
}

function barParts(post, focal, redraw) {
  const menu = { "aria-expanded": "false", "aria-haspopup": "menu" };
  const likeKind = post.liked ? "unlike" : "like";
  const repostKind = post.reposted ? "unretweet" : "retweet";
  const markKind = post.bookmarked ? "removeBookmark" : "bookmark";
  return [
    reactButton("reply", "💬", post, post.replies, {}, () =>
      location.assign(`/compose/post?in_reply_to=${post.id}`),
    ),
    reactButton(repostKind, "🔁", post, post.reposts, viewer ? menu : {}, () => repostMenu(post, redraw)),
    reactButton(
      likeKind,
      post.liked ? "♥" : "♡",
      post,
      post.likes,
      { testid: likeKind === "like" ? named("like", "like") : likeKind },
      () => flip(post, "likes", "liked", "like", redraw),
    ),
    focal
      ? null
      : nest(
          1,
          link(
            `/${post.author.handle}/status/${post.id}/analytics`,
            { "aria-label": say.button.views(post.views), class: "act" },
            face("📊", post.views || null),
          ),
        ),
    reactButton(markKind, "🔖", post, focal ? post.bookmarks : null, {}, () =>
      flip(post, "bookmarks", "bookmarked", "bookmark", redraw),
    ),
    nest(2, button({ ...menu, "aria-label": say.share, class: "act" }, face("📤", null))),
  ].filter(Boolean);
}

async function flip(post, what, flag, action, redraw) {
  if (!viewer) return location.assign("/login");
  const on = !post[flag];
  set(post, what, flag, on);
  redraw();
  try {
    const fresh = await api.post(`/post/${post.id}/${what}`, { on });
    post[what] = fresh[what];
  } catch (refused) {
    set(post, what, flag, !on);
    showToast(wordsFor(refused.reason, action));
  }
  return redraw();
}

function set(post, what, flag, on) {
  post[flag] = on;
  post[what] += on ? 1 : -1;
}

function repostMenu(post, redraw) {
  if (!viewer) return location.assign("/login");
  const act = () => flip(post, "reposts", "reposted", "repost", redraw);
  const item = post.reposted
    ? [say.undoRepost, { testid: "unretweetConfirm" }, act]
    : [say.repostItem, { testid: "retweetConfirm" }, act];
  return openMenu([item, [say.quote, { href: "/compose/post" }, null]]);
}
