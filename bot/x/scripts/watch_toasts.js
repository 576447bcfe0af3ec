// Keeps every toast that appears from now on, also those gone again before anybody looks.
const css = arguments[0];
if (window.aviaryToasts) window.aviaryToasts.observer.disconnect();
const known = new Map();
const list = [];
const old = new Map([...document.querySelectorAll(css.toast)].map((toast) => [toast, toast.textContent]));
const look = () => {
  for (const toast of document.querySelectorAll(css.toast)) {
    if (old.get(toast) === toast.textContent) continue;
    if (!known.has(toast)) {
      known.set(toast, { text: "", links: [] });
      list.push(known.get(toast));
    }
    const seen = known.get(toast);
    seen.text = toast.innerText.trim() || seen.text;
    for (const link of toast.querySelectorAll("a[href]")) {
      if (!seen.links.includes(link.pathname)) seen.links.push(link.pathname);
    }
  }
};
const observer = new MutationObserver(look);
observer.observe(document.documentElement, { childList: true, subtree: true, characterData: true });
window.aviaryToasts = { observer, list };
return true;
