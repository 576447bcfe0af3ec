// Every post in the primary column as plain data. Quoted posts are part of the post that quotes them and have no
// action bar of their own; an ad has no permalink and is left out (x_dom_facts: Post, Home timeline).
const css = arguments[0];
const root = document.querySelector(css.primary_column) || document;

const outside = (article, selector) =>
  [...article.querySelectorAll(selector)].filter((element) => {
    const quote = element.closest(css.quoted_post);
    return !quote || !article.contains(quote);
  });

const textOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeName === "IMG") return node.alt || "";
  if (node.nodeName === "BR") return "\n";
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const inner = [...node.childNodes].map(textOf).join("");
  // A link is shown shortened: a hidden "https://", the address, and an ellipsis when it was cut.
  return node.nodeName === "A" && /^https?:\/\//.test(inner) ? inner.replace(/…$/, "") : inner;
};

const label = (article, selector) => {
  const found = outside(article, selector);
  return found.length ? found[found.length - 1].getAttribute("aria-label") : null;
};

// The label of the whole bar; a gallery of pictures is a labelled group, too, without buttons of the bar.
const bar = (article) => {
  const found = outside(article, css.action_bar).filter((group) => group.querySelector(css.reply));
  return found.length ? found[found.length - 1].getAttribute("aria-label") : null;
};

const read = (article) => {
  const links = outside(article, css.post_link)
    .map((link) => ({ link, match: /\/([^/?#]+)\/status\/(\d+)(?:\/history)?\/?$/.exec(link.pathname) }))
    .filter(({ match }) => match);
  if (!links.length) return null;
  const { link, match } = links[0];
  const author = outside(article, css.post_author).find((a) => /^\/[^/]+$/.test(a.pathname));
  const text = outside(article, css.post_text)[0];
  const context = outside(article, css.social_context)[0];
  return {
    id: match[2],
    handle: author ? author.pathname.slice(1) : match[1],
    time: link.querySelector("time").getAttribute("datetime"),
    text: text ? textOf(text) : "",
    language: text ? text.lang : "",
    out_of_order: Boolean(context),
    replies: label(article, css.reply),
    reposts: label(article, css.repost),
    likes: label(article, `${css.like}, ${css.unlike}`),
    views: label(article, css.views),
    bookmarks: label(article, `${css.bookmark}, ${css.unbookmark}`),
    bar: bar(article),
    liked: outside(article, css.unlike).length > 0,
  };
};

return [...root.querySelectorAll(css.post)].map(read).filter(Boolean);
