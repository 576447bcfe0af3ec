// A post in a list, and the one post of its own page. Nesting after the captures named at each part.

import { actionBar } from "./actions.js";
import { button, h, icon, link, nest, randomId, span } from "./dom.js";
import { say } from "./labels.js";
import { barNumber, fullTime, listTime } from "./numbers.js";
import { avatar, nameNodes } from "./people.js";
import { textNodes } from "./text.js";

// Fills an article element (which a list may have used for another post before).
export function fillArticle(article, entry) {
  const focal = entry.type === "focal";
  const named = {
    role: "article",
    tabindex: focal ? "-1" : "0",
    "data-testid": "tweet",
    "aria-labelledby": `${randomId()} ${randomId()}`,
  };
  for (const [name, value] of Object.entries(named)) article.setAttribute(name, value);
  article.replaceChildren(
    nest(1, h("div", {}, contextRow(entry), ...(focal ? focalParts(entry) : listParts(entry)))),
  );
  return article;
}

export function postPath(post) {
  return `/${post.author.handle}/status/${post.id}`;
}

// home_loggedin_en_2025-11-20.html (reposted), profile_loggedout_enGB_2025-11.html (pinned).
function contextRow(entry) {
  let context = null;
  if (entry.context === "pinned")
    context = h(
      "div",
      { dir: "ltr", testid: "socialContext", id: randomId(), class: "dim small" },
      say.pinned,
    );
  if (entry.context === "reposted") {
    const words = h(
      "span",
      { testid: "socialContext", id: randomId() },
      h("span", { dir: "ltr" }, span(entry.by.name)),
      ` ${say.reposted("").trim()}`,
    );
    context = link(`/${entry.by.handle}`, { dir: "ltr", id: randomId(), class: "dim small" }, words);
  }
  return nest(3, context ? nest(3, context) : h("div"));
}

function listParts(entry) {
  const body = [
    h("div", { class: "row" }, header(entry)),
    answering(entry),
    text(entry),
    attached(entry),
    nest(2, actionBar(entry, false)),
  ];
  return [h("div", { class: "row top" }, face(entry), h("div", { class: "grow" }, body.filter(Boolean)))];
}

// status_post_video_en_2024-11.html
function focalParts(entry) {
  return [
    h("div", { class: "row top" }, face(entry), h("div", { class: "grow" }, header(entry))),
    h("div", {}, nest(2, text(entry)), attached(entry), focalTime(entry), nest(2, actionBar(entry, true))),
  ];
}

function face(entry) {
  return nest(1, h("div", { testid: "Tweet-User-Avatar" }, nest(2, avatar(entry.author))));
}

function header(entry) {
  const caret = button(
    {
      "aria-expanded": "false",
      "aria-haspopup": "menu",
      "aria-label": say.more,
      testid: "caret",
      class: "act",
    },
    h("div", { dir: "ltr" }, nest(1, h("div"), icon("⋯"))),
  );
  const ad = entry.type === "ad" ? h("div", { dir: "ltr", class: "dim" }, span(say.ad)) : null;
  return h(
    "div",
    { class: "row grow" },
    nest(2, userName(entry)),
    h("div", { class: "row push" }, ad, nest(3, caret)),
  );
}

// Lists carry the link with the time here; the focal post and ads do not.
function userName(entry) {
  const { author } = entry;
  const second = [
    nest(
      2,
      link(
        `/${author.handle}`,
        { tabindex: "-1", class: "dim" },
        h("div", { dir: "ltr" }, span(`@${author.handle}`)),
      ),
    ),
  ];
  if (entry.type === "post") {
    const [shown, label] = listTime(entry.time);
    second.push(
      h("div", { dir: "ltr", "aria-hidden": "true", class: "dim" }, span("·")),
      nest(
        1,
        link(
          postPath(entry),
          { dir: "ltr", "aria-label": label, class: "dim" },
          h("time", { datetime: entry.time }, shown),
        ),
      ),
    );
  }
  return h(
    "div",
    { testid: "User-Name", id: randomId(), class: "names" },
    nest(2, link(`/${author.handle}`, { class: "strong" }, h("div", { class: "row" }, ...nameNodes(author)))),
    nest(1, h("div", { class: "row" }, ...second)),
  );
}

function answering(entry) {
  return entry.reply_to
    ? h(
        "div",
        { dir: "ltr", class: "dim" },
        `${say.reply} `,
        link(`/${entry.reply_to}`, { dir: "ltr" }, span(`@${entry.reply_to}`)),
      )
    : null;
}

function text(entry) {
  if (!entry.text) return null;
  const body = h(
    "div",
    { dir: "auto", lang: languageOf(entry.text), testid: "tweetText", id: randomId(), class: "text" },
    textNodes(entry.text),
  );
  const more = entry.cut
    ? button(
        {
          dir: "ltr",
          testid: "tweet-text-show-more-link",
          class: "more",
          onclick: () => location.assign(postPath(entry)),
        },
        span(say.showMore),
      )
    : null;
  return h("div", {}, body, more);
}

function languageOf(words) {
  if (!/[\p{L}]/u.test(words)) return "qme";
  return /\b(the|who|just|small|better|feeling|love)\b/i.test(words) ? "en" : "in";
}

function attached(entry) {
  const parts = [
    entry.media.length ? mediaGrid(entry) : null,
    entry.card ? card(entry) : null,
    entry.quote ? quoted(entry.quote) : null,
  ].filter(Boolean);
  return parts.length
    ? h("div", { "aria-labelledby": `${randomId()} ${randomId()}`, id: randomId() }, parts)
    : null;
}

function mediaGrid(entry) {
  const items = entry.media.map((media, index) =>
    media.type.startsWith("video/") ? video(media) : photo(entry, media, index + 1),
  );
  return h("div", { class: `grid n${items.length}` }, items);
}

// profile_loggedout_enGB_2025-11.html
function photo(entry, media, number) {
  const image = h("img", { alt: say.image, draggable: "true", src: media.url });
  return nest(
    1,
    link(
      `${postPath(entry)}/photo/${number}`,
      {},
      nest(2, h("div", { "aria-label": say.image, testid: "tweetPhoto" }, h("div"), image)),
    ),
  );
}

// status_post_video_en_2024-11.html: tweetPhoto wraps videos, placementTracking too.
function video(media) {
  const player = h("video", {
    "aria-label": say.video,
    playsinline: true,
    preload: "metadata",
    src: media.url,
    tabindex: "-1",
    type: media.type,
    controls: true,
  });
  return h(
    "div",
    { testid: "tweetPhoto" },
    nest(
      3,
      h(
        "div",
        { testid: "placementTracking" },
        h(
          "div",
          { testid: "videoPlayer" },
          nest(1, h("div"), nest(1, h("div", { testid: "videoComponent" }, nest(2, player)))),
        ),
      ),
    ),
  );
}

function card(entry) {
  const [host] = entry.card.split(" ");
  const title = entry.card.slice(host.length + 1);
  const target = "https://t.co/0000000000";
  const media = h(
    "div",
    { testid: "card.layoutLarge.media", id: randomId() },
    link(
      target,
      { "aria-label": `${host} ${title}`, rel: "noopener noreferrer nofollow", target: "_blank" },
      nest(2, span(title)),
    ),
  );
  return h(
    "div",
    {},
    h("div", { testid: "card.wrapper", id: randomId(), class: "quote" }, media),
    link(target, { dir: "ltr", class: "dim small" }, span(host)),
  );
}

// timeline_post_quote_photo_en_2025-10.html: no links, no status link, no action bar, not an article.
function quoted(quote) {
  if (quote.gone)
    return h(
      "div",
      { class: "quote" },
      nest(1, h("div", { dir: "ltr", class: "dim" }, span(say.unavailable))),
    );
  const [shown, label] = listTime(quote.time);
  const name = h(
    "div",
    { testid: "User-Name", class: "names" },
    nest(2, h("div", { class: "row strong" }, ...nameNodes(quote.author))),
    h(
      "div",
      { class: "row" },
      nest(
        2,
        h("div", { tabindex: "-1", class: "dim" }, h("div", { dir: "ltr" }, span(`@${quote.author.handle}`))),
      ),
      h("div", { dir: "ltr", "aria-hidden": "true", class: "dim" }, span("·")),
      nest(
        2,
        h(
          "div",
          { dir: "ltr", "aria-label": label, class: "dim" },
          h("time", { datetime: quote.time }, shown),
        ),
      ),
    ),
  );
  const words = quote.text
    ? h(
        "div",
        { dir: "auto", lang: languageOf(quote.text), testid: "tweetText", class: "text" },
        textNodes(quote.text, false),
      )
    : null;
  const head = nest(
    2,
    h(
      "div",
      { class: "row" },
      h("div", { testid: "Tweet-User-Avatar", class: "tiny" }, nest(1, avatar(quote.author, "quote"))),
      nest(1, name),
    ),
  );
  const box = h(
    "div",
    {
      tabindex: "0",
      role: "link",
      class: "quote",
      onclick: (event) => {
        event.stopPropagation();
        location.assign(postPath(quote));
      },
    },
    head,
    nest(1, words || ""),
    quote.media.length ? mediaGrid(quote) : null,
  );
  return h("div", {}, h("div", { dir: "ltr", class: "hidden-look" }, span(say.quote)), box);
}

function focalTime(entry) {
  const when = fullTime(entry.time);
  const views = entry.views
    ? [
        h("div", { "aria-hidden": "true", dir: "ltr" }, span("·")),
        h(
          "div",
          { dir: "ltr" },
          span(
            "",
            nest(
              1,
              h("span", { testid: "app-text-transition-container" }, span("", span(barNumber(entry.views)))),
            ),
            " ",
            span("", span(say.views)),
          ),
        ),
      ]
    : [];
  return nest(
    2,
    h(
      "div",
      { class: "row dim" },
      h(
        "div",
        { dir: "ltr" },
        link(
          postPath(entry),
          { "aria-label": when, "aria-describedby": randomId() },
          h("time", { datetime: entry.time }, when),
        ),
      ),
      ...views,
    ),
  );
}
