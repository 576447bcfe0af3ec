// The text of posts as x.com draws it: spans, emoji as img, mentions, hashtags, shortened links.

import { h, link, span } from "./dom.js";
import { emojiBase } from "./visit.js";
import { splitUrls } from "./weight.js";

const EMOJI = /\p{RGI_Emoji}/gv;
const TOKEN = /(?<![\w@#])([@#][\p{L}\p{N}_]+)/gu;

export function emojiImage(sign) {
  const codes = [...sign]
    .map((character) => character.codePointAt(0).toString(16))
    .filter((code) => code !== "fe0f" || sign.length < 3);
  return h("img", {
    alt: sign,
    draggable: "false",
    src: `${emojiBase}/emoji/v2/svg/${codes.join("-")}.svg`,
    class: "emoji",
  });
}

// Text with emoji as images: [span, img, span, …].
export function withEmoji(text) {
  const nodes = [];
  let position = 0;
  for (const match of text.matchAll(EMOJI)) {
    if (match.index > position) nodes.push(span(text.slice(position, match.index)));
    nodes.push(emojiImage(match[0]));
    position = match.index + match[0].length;
  }
  if (position < text.length) nodes.push(span(text.slice(position)));
  return nodes;
}

function shortened(url) {
  const [, scheme, rest] = url.match(/^(https?:\/\/)?(.*)$/s);
  const shown = rest.slice(0, 27);
  const hidden = rest.slice(27);
  let hash = 0;
  for (const character of url) hash = (hash * 31 + character.codePointAt(0)) % 0xffffffff;
  return link(
    `https://t.co/${hash.toString(16).padStart(10, "0")}`,
    { dir: "ltr", rel: "noopener noreferrer nofollow", target: "_blank" },
    h("span", { "aria-hidden": "true" }, scheme || "https://"),
    shown,
    hidden ? h("span", { "aria-hidden": "true" }, hidden) : null,
    hidden ? h("span", { "aria-hidden": "true" }, "…") : null,
  );
}

function mention(token, links) {
  if (!links) return span("", h("span", { dir: "ltr" }, token));
  const name = token.slice(1);
  if (token.startsWith("#"))
    return span("", link(`/hashtag/${encodeURIComponent(name)}?src=hashtag_click`, { dir: "ltr" }, token));
  return h("div", { class: "inline" }, span("", link(`/${name}`, { dir: "ltr" }, token)));
}

function withMentions(text, links) {
  return text
    .split(TOKEN)
    .flatMap((part, index) => (index % 2 ? [mention(part, links)] : part ? withEmoji(part) : []));
}

// `links` false: inside a quote, where nothing is a link.
export function textNodes(text, links = true) {
  return splitUrls(text).flatMap((part) => {
    if (!part.url) return withMentions(part.text, links);
    return [links ? shortened(part.url) : span(`${part.url.replace(/^https?:\/\//, "").slice(0, 20)}…`)];
  });
}
