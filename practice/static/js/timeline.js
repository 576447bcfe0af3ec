// A virtualised list (x_dom_facts: Home timeline, virtualised list rules): only what is near the window exists,
// cells are placed by translateY, and a cell's nodes are used again for another entry while scrolling.

import * as api from "./api.js";
import { button, h, link, nest, span } from "./dom.js";
import { say, wordsFor } from "./labels.js";
import { peopleBox, userCell } from "./people.js";
import { fillArticle, postPath } from "./post.js";

const GUESS = 150; // pixels a cell is taken to be high until it was measured
const MARGIN = 700; // pixels above and below the window that are filled

let labels = 0;

export class Timeline {
  // `path` answers pages of entries: GET /i/api<path>?cursor=N.
  constructor(name, path, { below = null, empty = null } = {}) {
    this.path = path;
    this.entries = [];
    this.heights = [];
    this.next = 0;
    this.loading = false;
    this.below = below; // fills what belongs under the first entry (the reply box)
    this.empty = empty;
    this.shown = new Map(); // entry number -> cell
    this.spare = [];
    this.inner = h("div", { style: "position: relative; min-height: 0px;" });
    const id = `accessible-list-${labels}`;
    labels += 1;
    this.box = h("div", { "aria-label": say.timeline(name) }, this.inner);
    this.element = h(
      "section",
      { "aria-labelledby": id, role: "region" },
      h("h1", { "aria-level": "1", dir: "auto", role: "heading", id, class: "unseen" }, name),
      this.box,
    );
    this.onScroll = () => {
      if (!this.ticking) requestAnimationFrame(() => this.draw());
      this.ticking = true;
    };
  }

  start() {
    addEventListener("scroll", this.onScroll, { passive: true });
    addEventListener("resize", this.onScroll);
    this.watcher = new ResizeObserver(() => this.onScroll());
    return this.load();
  }

  stop() {
    removeEventListener("scroll", this.onScroll);
    removeEventListener("resize", this.onScroll);
    this.watcher.disconnect();
  }

  async load() {
    if (this.loading || this.next === null) return;
    this.loading = true;
    try {
      const joint = this.path.includes("?") ? "&" : "?";
      const page = await api.get(`${this.path}${joint}cursor=${this.next}`);
      this.entries.push(...page.entries);
      this.next = page.next;
      this.loading = false;
      this.draw();
      if (!this.entries.length && this.empty) this.inner.replaceChildren(this.empty());
    } catch (refused) {
      this.fail(refused);
    }
  }

  // Errors of a list stand inside it, with a Retry button (x_dom_facts: where_errors_show).
  fail(refused) {
    const words = refused.reason === "rate_limited" ? wordsFor("rate_limited") : say.errors.list;
    const again = button(
      {
        class: "pill follow",
        onclick: () => {
          this.error.remove();
          this.loading = false;
          this.load();
        },
      },
      h("div", { dir: "ltr" }, span("", span(say.retry))),
    );
    this.error = h("div", { class: "centre" }, nest(1, h("div", { dir: "ltr" }, span(words)), again));
    this.box.append(this.error);
  }

  // An entry made on this page (a post just sent) goes on top.
  prepend(entry) {
    this.entries.unshift(entry);
    this.heights.unshift(undefined);
    for (const cell of this.shown.values()) this.drop(cell);
    this.shown.clear();
    this.draw();
  }

  offsets() {
    let top = 0;
    return this.entries
      .map((entry, index) => {
        const at = top;
        top += this.heights[index] ?? (entry.type === "separator" ? 0 : GUESS);
        return at;
      })
      .concat(top);
  }

  draw() {
    this.ticking = false;
    if (!this.inner.isConnected) return;
    for (let round = 0; round < 3; round += 1) {
      if (!this.fill()) break; // heights were as known: everything stands where it should
    }
    const end = this.inner.getBoundingClientRect().bottom;
    if (end < innerHeight + MARGIN * 2 && this.entries.length) this.load();
  }

  // Shows the entries near the window; true when a measured height differed from the one assumed.
  fill() {
    const offsets = this.offsets();
    const start = -this.inner.getBoundingClientRect().top;
    const wanted = new Set();
    this.entries.forEach((entry, index) => {
      const bottom = offsets[index + 1];
      if (bottom >= start - MARGIN && offsets[index] <= start + innerHeight + MARGIN) wanted.add(index);
    });
    for (const [index, cell] of this.shown) {
      if (!wanted.has(index)) {
        this.shown.delete(index);
        this.drop(cell);
      }
    }
    for (const index of wanted) {
      if (!this.shown.has(index)) this.shown.set(index, this.take(this.entries[index]));
    }
    return this.place(offsets);
  }

  place(offsets) {
    let moved = false;
    for (const [index, cell] of this.shown) {
      cell.style.transform = `translateY(${offsets[index]}px)`;
      const height = cell.offsetHeight;
      if (this.heights[index] !== height) {
        moved ||= this.heights[index] !== undefined || height !== GUESS;
        this.heights[index] = height;
      }
    }
    this.inner.style.minHeight = `${this.offsets().at(-1)}px`;
    this.order();
    return moved;
  }

  // Document order is list order, although nodes are used again.
  order() {
    const cells = [...this.shown.keys()].sort((a, b) => a - b).map((index) => this.shown.get(index));
    cells.forEach((cell, position) => {
      if (this.inner.children[position] !== cell)
        this.inner.insertBefore(cell, this.inner.children[position] ?? null);
    });
  }

  take(entry) {
    const plain = entry.type === "post";
    const cell =
      (plain && this.spare.pop()) ||
      h("div", { testid: "cellInnerDiv", style: "position: absolute; width: 100%;" });
    cell.plain = plain;
    this.draw_entry(cell, entry);
    this.inner.append(cell);
    this.watcher?.observe(cell);
    return cell;
  }

  draw_entry(cell, entry) {
    const article = cell.querySelector(":scope > div > div > article");
    if (entry.type === "post" && article) {
      article.entry = entry;
      fillArticle(article, entry);
    } else cell.replaceChildren(...this.content(entry));
  }

  drop(cell) {
    this.watcher?.unobserve(cell);
    cell.remove();
    if (cell.plain) this.spare.push(cell);
  }

  content(entry) {
    if (entry.type === "post" || entry.type === "focal")
      return [
        nest(
          1,
          h("div", {}, openable(entry), entry.type === "focal" && this.below ? this.below(entry) : null),
        ),
      ];
    if (entry.type === "ad") return [nest(1, h("div", { testid: "placementTracking" }, openable(entry)))];
    if (entry.type === "people") return [nest(1, peopleBox(entry.people))];
    if (entry.type === "person") return [nest(1, userCell(entry.person, "button"))];
    if (entry.type === "tombstone")
      return [
        nest(
          2,
          h(
            "article",
            { tabindex: "-1" },
            nest(2, h("div", { dir: "ltr", class: "dim" }, span(say.deletedPost))),
          ),
        ),
      ];
    if (entry.type === "pivot")
      return [
        nest(
          1,
          link(
            "/login",
            { testid: "logged_out_read_replies_pivot" },
            h("div", { dir: "ltr" }, span(say.readReplies(entry.replies))),
          ),
        ),
      ];
    return []; // a separator
  }
}

// An article that opens its post when clicked beside its links and buttons.
function openable(entry) {
  const article = h("article", { class: "post" });
  article.entry = entry;
  article.addEventListener("click", (event) => {
    const shown = article.entry;
    if (shown.type !== "post" || event.target.closest("a, button, [role=link], video")) return;
    dispatchEvent(new CustomEvent("practice:go", { detail: postPath(shown) }));
  });
  return fillArticle(article, entry);
}
