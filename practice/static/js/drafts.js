// Unsent text, saved two seconds after the last change (x_dom_facts: composer autosave debounce 2000 ms).

import { viewer } from "./visit.js";

const DEBOUNCE_MS = 2000;

export class DraftStore {
  constructor(place) {
    this.key = `draft:${viewer.user_id}:${place}`;
    this.timer = 0;
  }

  read() {
    return localStorage.getItem(this.key) || "";
  }

  saveSoon(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saveNow(text), DEBOUNCE_MS);
  }

  saveNow(text) {
    clearTimeout(this.timer);
    if (text.trim()) localStorage.setItem(this.key, text);
    else localStorage.removeItem(this.key);
  }

  forget() {
    this.saveNow("");
  }
}
