// Keeps, from now on, every toast (also those gone again before anybody looks) and every answer of X's server.
const css = arguments[0];
if (window.aviaryWatch) window.aviaryWatch.stop();

const known = new Map();
const toasts = [];
const old = new Map([...document.querySelectorAll(css.toast)].map((toast) => [toast, toast.textContent]));
const look = () => {
  for (const toast of document.querySelectorAll(css.toast)) {
    if (old.get(toast) === toast.textContent) continue;
    if (!known.has(toast)) {
      known.set(toast, { text: "", links: [] });
      toasts.push(known.get(toast));
    }
    const seen = known.get(toast);
    seen.text = toast.innerText.trim() || seen.text;
    for (const link of toast.querySelectorAll("a[href]")) {
      if (!seen.links.includes(link.pathname)) seen.links.push(link.pathname);
    }
  }
};
const mutations = new MutationObserver(look);
mutations.observe(document.documentElement, { childList: true, subtree: true, characterData: true });

// Only requests that began after this moment count; those of X's own statistics do not.
const start = performance.now();
const answers = [];
const isAnswer = (entry) =>
  entry.startTime >= start && new URL(entry.name).pathname.startsWith("/i/api/") && !entry.name.includes("/jot/");
const requests = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (isAnswer(entry)) answers.push(entry.responseStatus);
});
requests.observe({ type: "resource", buffered: false });

window.aviaryWatch = { toasts, answers, stop: () => (mutations.disconnect(), requests.disconnect()) };
return true;
