// Keeps "in 4 min" and "2 h ago" true while a page stays open. The rule and the words are those of webapp/times.py.
"use strict";

(() => {
  const EVERY_MS = 5000;
  const words = JSON.parse(document.body.dataset.timeWords);
  const offset = Date.parse(document.body.dataset.now) - Date.now(); // this machine's clock may be wrong

  function relative(moment, isDue) {
    const seconds = (moment - (Date.now() + offset)) / 1000;
    if (isDue && seconds < words.nowSeconds) return words.due;
    if (Math.abs(seconds) < words.nowSeconds) return words.now;
    const [size, unit] = words.units.find(([, , start]) => Math.abs(seconds) >= start);
    const pattern = seconds > 0 ? words.ahead : words.behind;
    return pattern.replace("{n}", Math.floor(Math.abs(seconds) / size)).replace("{unit}", unit);
  }

  function refresh() {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const text = relative(Date.parse(time.dateTime), time.dataset.relative === "due");
      if (time.textContent !== text) time.textContent = text;
    }
  }

  setInterval(refresh, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
})();
