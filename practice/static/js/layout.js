// What stands round every page: side navigation, sidebar, bars (home_loggedin_en_2025-11-20.html).

import * as api from "./api.js";
import { button, h, icon, link, nest, setDisabled, span } from "./dom.js";
import { say } from "./labels.js";
import { layers, openMenu } from "./layers.js";
import { avatar, peopleBox } from "./people.js";
import { startPage, viewer, weather } from "./visit.js";

function navLink(href, label, sign, testid) {
  return link(
    href,
    { "aria-label": label, testid, class: "nav" },
    nest(1, nest(1, icon(sign)), h("div", { dir: "ltr" }, span(label))),
  );
}

function sideNavigation() {
  const logo = h(
    "h1",
    { role: "heading" },
    link(viewer ? "/home" : "/", { "aria-label": "X", class: "nav" }, nest(1, icon("𝕏"))),
  );
  const nav = h("nav", { "aria-label": say.primary, role: "navigation" }, viewer ? ownLinks() : null);
  const parts = [nest(1, logo), h("div", {}, nav)];
  if (viewer) {
    parts.push(
      h(
        "div",
        {},
        link(
          "/compose/post",
          { "aria-label": say.post, testid: "SideNav_NewTweet_Button", class: "pill follow" },
          h("div", { dir: "ltr" }, nest(1, span("", span(say.post)))),
        ),
      ),
    );
  }
  return h(
    "header",
    { role: "banner" },
    nest(3, h("div", {}, ...parts), viewer ? nest(1, accountButton()) : null),
  );
}

function ownLinks() {
  const more = button(
    {
      "aria-expanded": "false",
      "aria-haspopup": "menu",
      "aria-label": say.moreItems,
      testid: "AppTabBar_More_Menu",
      class: "nav",
    },
    nest(1, nest(1, icon("⋯")), h("div", { dir: "ltr" }, span(say.more))),
  );
  return [
    navLink("/home", say.home, "⌂", "AppTabBar_Home_Link"),
    navLink("/explore", say.explore, "⌕", "AppTabBar_Explore_Link"),
    navLink("/notifications", say.notifications, "♪", "AppTabBar_Notifications_Link"),
    navLink("/messages", say.messages, "✉", "AppTabBar_DirectMessage_Link"),
    navLink(`/${viewer.handle}`, say.profile, "☺", "AppTabBar_Profile_Link"),
    more,
  ];
}

function accountButton() {
  const names = nest(
    3,
    h(
      "div",
      { class: "wide-only" },
      h("div", { dir: "ltr", class: "strong" }, span("", span(viewer.name))),
      h(
        "div",
        { tabindex: "-1" },
        nest(1, h("div", { dir: "ltr", class: "dim" }, span(`@${viewer.handle}`))),
      ),
    ),
  );
  return button(
    {
      "aria-label": say.accountMenu,
      testid: "SideNav_AccountSwitcher_Button",
      class: "account row",
      onclick: accountMenu,
    },
    nest(1, avatar(viewer, "menu")),
    names,
    h("div", {}, icon("⋯")),
  );
}

// [A] the menu's HTML is not captured; its test ids are attested (x_dom_facts: account switcher menu items).
function accountMenu() {
  openMenu([
    ["Add an existing account", { testid: "AccountSwitcher_AddAccount_Button", href: "/i/flow/login" }, null],
    [`Log out @${viewer.handle}`, { testid: "AccountSwitcher_Logout_Button", href: "/logout" }, null],
  ]);
}

function searchForm() {
  const input = h("input", {
    "aria-label": say.searchQuery,
    role: "combobox",
    placeholder: say.search,
    enterkeyhint: "search",
    spellcheck: "false",
    type: "text",
    dir: "auto",
    autocomplete: "off",
    testid: "SearchBox_Search_Input",
  });
  const form = h(
    "form",
    { action: "#", "aria-label": say.search, role: "search" },
    nest(2, h("div", { testid: "SearchBox_Search_Input_label" }, nest(1, icon("⌕")), nest(1, input))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(`/search?q=${encodeURIComponent(input.value)}&src=typed_query`);
  });
  return form;
}

function trend(name, count) {
  return h(
    "div",
    { tabindex: "0", testid: "trend", role: "link", class: "cell" },
    nest(
      1,
      h(
        "div",
        {},
        h("div", { dir: "ltr", class: "dim small" }, span("Trending in Indonesia")),
        h("div", { dir: "ltr", class: "strong" }, span(name)),
        h("div", { dir: "ltr", class: "dim small" }, span(count)),
      ),
    ),
  );
}

function sidebar() {
  const people = h("div");
  if (viewer)
    api.get("/people").then(
      (found) => people.replaceChildren(peopleBox(found)),
      () => people.replaceChildren(h("div", { class: "box" }, span(say.errors.list))),
    );
  const trends = h(
    "section",
    { "aria-labelledby": "accessible-list-90", role: "region", class: "box" },
    h("h1", { dir: "auto", role: "heading", id: "accessible-list-90", class: "unseen" }, "Trending now"),
    h(
      "div",
      { "aria-label": say.timeline("Trending now") },
      h("h2", { role: "heading" }, span(say.liveTrends)),
      trend("#PaketHemat", "27.4K posts"),
      trend("Timnas", "137K posts"),
      trend("Kuota", "8,012 posts"),
    ),
  );
  return h(
    "div",
    { testid: "sidebarColumn" },
    nest(
      1,
      h(
        "div",
        { "aria-label": say.trending, tabindex: "0" },
        viewer ? searchForm() : signUpBox(),
        viewer ? trends : null,
        people,
        footer(),
      ),
    ),
  );
}

function signUpBox() {
  return h(
    "section",
    { "aria-label": say.signup, role: "region", class: "box" },
    h("h2", { role: "heading" }, span(say.newToX)),
    h("div", { testid: "google_sign_in_container" }, span("Sign up with Google")),
    button({ testid: "apple_sign_in_button", class: "pill" }, span("Sign up with Apple")),
  );
}

function footer() {
  return h(
    "nav",
    { "aria-label": say.footer, role: "navigation", class: "dim small" },
    h("span", {}, "Practice site: a stand-in for x.com on this machine."),
  );
}

// The frame of a page: [frame, column]; pages fill the column.
export function makeFrame(withSidebar = true) {
  const timeline = h("div", { "aria-label": say.homeTimeline, tabindex: "0" });
  const primary = h("div", { testid: "primaryColumn" }, timeline);
  const main = h(
    "main",
    { role: "main" },
    nest(2, h("div", { class: "columns" }, primary, withSidebar ? sidebar() : null)),
  );
  const keys = {
    dir: "ltr",
    "data-at-shortcutkeys": '{"n":"New post","l":"Like","/":"Search"}',
    "aria-hidden": "false",
    class: "page",
  };
  const frame = h(
    "div",
    keys,
    button({ "aria-label": "Skip to home timeline", class: "unseen" }),
    sideNavigation(),
    main,
  );
  return [frame, timeline, primary];
}

// x_dom_facts: Layout, logged out. On logged-in pages the bar exists and is empty.
export function bottomBar() {
  const bar = h("div", { testid: "BottomBar" });
  if (!viewer && !startPage) {
    bar.classList.add("login-bar");
    bar.append(
      nest(
        1,
        h("div"),
        h(
          "div",
          { class: "row" },
          nest(
            1,
            h("div", { dir: "ltr", class: "strong" }, span(say.loginBar)),
            h("div", { dir: "ltr" }, span(say.loginBar2)),
          ),
          nest(
            3,
            link(
              "/login",
              { testid: "login", class: "pill" },
              h("div", { dir: "ltr" }, span("", span(say.login))),
            ),
            link(
              "/i/flow/signup",
              { testid: "signup", class: "pill follow" },
              h("div", { dir: "ltr" }, span("", span(say.signup))),
            ),
          ),
        ),
      ),
    );
  }
  layers().append(nest(2, bar));
}

// "Suspended: read-only" above the page. [A] words are attested (B), the markup is not captured.
export function suspendedBanner() {
  if (!weather.suspended) return null;
  return h(
    "div",
    { role: "status", class: "banner" },
    h("div", { dir: "ltr", class: "strong" }, span(say.suspendedBanner)),
    h("div", { dir: "ltr" }, span(say.suspendedText)),
  );
}

// The bar on top of profile, post and search pages.
export function topBar(title, more = null) {
  const back = button(
    { "aria-label": say.back, testid: "app-bar-back", class: "act", onclick: () => history.back() },
    h("div", { dir: "ltr" }, icon("←"), span("")),
  );
  return nest(
    3,
    h(
      "div",
      { class: "row top-bar" },
      nest(1, back),
      nest(1, h("h2", { "aria-level": "2", dir: "ltr", role: "heading" }, nest(2, span(title))), more),
    ),
  );
}

// x_dom_facts: the pill is hidden until new posts arrive.
export function newPostsPill() {
  return h(
    "div",
    { role: "status" },
    button(
      { "aria-hidden": "true", "aria-label": say.newPostsLabel, tabindex: "-1", class: "unseen" },
      nest(1, icon("↑"), h("div", { dir: "ltr", testid: "pillLabel" }, span(say.newPosts))),
    ),
  );
}

// Tabs: [text, href, selected].
export function tabs(label, items) {
  const snap = (testid, name) => {
    const arrow = button({ "aria-label": name }, h("div", { dir: "ltr" }, icon("›"), span("")));
    setDisabled(arrow, true);
    return h("div", { testid, class: "unseen" }, arrow);
  };
  const list = items.map(([text, href, selected]) =>
    h(
      "div",
      { role: "presentation" },
      h(
        "a",
        { href, role: "tab", "aria-selected": String(selected), tabindex: selected ? null : "-1" },
        nest(1, h("div", { dir: "ltr" }, span(text), h("div"))),
      ),
    ),
  );
  return h(
    "nav",
    { "aria-label": label, "aria-live": "polite", role: "navigation" },
    nest(
      1,
      snap("ScrollSnap-prevButtonWrapper", say.previous),
      h(
        "div",
        { testid: "ScrollSnap-SwipeableList" },
        h("div", { role: "tablist", testid: "ScrollSnap-List", class: "tabs" }, list),
      ),
      snap("ScrollSnap-nextButtonWrapper", say.next),
    ),
  );
}
