// The article of the post with id arguments[1], or null.
const css = arguments[0];
const root = document.querySelector(css.primary_column) || document;
const isIt = (article) =>
  [...article.querySelectorAll(css.post_link)].some(
    (link) => !link.closest(css.quoted_post) && link.pathname.replace(/\/history$/, "").endsWith(`/status/${arguments[1]}`),
  );
return [...root.querySelectorAll(css.post)].find((article) => isIt.call(null, article)) || null;
