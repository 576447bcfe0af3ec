// Light, dark, or what the system says; on paper, light. Runs before the first paint, so that no page flashes.
"use strict";

(() => {
  const KEY = "aviary.theme";
  const CHOICES = ["system", "light", "dark"];
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");

  function chosen() {
    try {
      const kept = localStorage.getItem(KEY);
      return CHOICES.includes(kept) ? kept : "system";
    } catch {
      return "system"; // storage is switched off in this browser
    }
  }

  function keep(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // storage is switched off: the choice lasts for this page
    }
  }

  function apply(choice) {
    const dark = choice === "dark" || (choice === "system" && system.matches);
    document.documentElement.dataset.bsTheme = dark && !paper.matches ? "dark" : "light";
    document.documentElement.dataset.themeChoice = choice;
  }

  let choice = chosen();
  apply(choice);
  for (const query of [system, paper]) query.addEventListener("change", () => apply(choice));

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme-switch");
    if (!button) return;
    const words = document.getElementById("theme-words");
    const tell = () => {
      words.textContent = `Colors: ${choice}. Press for ${next()}.`;
      button.title = `Colors: ${choice}`;
    };
    const next = () => CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    button.hidden = false;
    tell();
    button.addEventListener("click", () => {
      choice = next();
      keep(choice);
      apply(choice);
      tell();
    });
  });
})();
