// Shows the page of the present address, and follows links without loading a new document, as x.com does.

import * as api from "./api.js";
import { openCompose } from "./compose.js";
import { h, nest } from "./dom.js";
import { bottomBar, suspendedBanner } from "./layout.js";
import { openPopup } from "./layers.js";
import {
  accessPage,
  homePage,
  loginPage,
  missingPage,
  profilePage,
  searchPage,
  statusPage,
  welcomePage,
} from "./pages.js";
import { startPage, viewer, visitId, weather } from "./visit.js";

const NOT_PEOPLE = [
  "explore",
  "notifications",
  "messages",
  "settings",
  "i",
  "account",
  "hashtag",
  "logout",
  "tos",
  "privacy",
  "lists",
];

const root = document.getElementById("react-root");
const stage = h("div");
let leave = () => {};
let closeCompose = null;
let under = null; // the address of the page below the modal composer

function show(frame) {
  stage.replaceChildren(frame);
}

// [kind, build] for an address.
function pageAt(path, query) {
  if (startPage.startsWith("flow_")) return ["login", () => loginPage(show)];
  if (path === "/account/access") return ["access", () => accessPage(show)];
  if (path === "/") return ["welcome", () => welcomePage(show)];
  if (path === "/home") return ["home", () => homePage(show)];
  if (path === "/search") return ["search", () => searchPage(show, query)];
  const status = path.match(/^\/\w+\/status\/(\d+)/);
  if (status) return ["status", () => statusPage(show, status[1])];
  const person = path.match(/^\/(\w{1,15}|\w+)(\/(with_replies|media|likes|highlights))?\/?$/);
  if (person && !NOT_PEOPLE.includes(person[1])) return ["profile", () => profilePage(show, person[1])];
  return ["missing", () => missingPage(show)];
}

async function learnWeather(kind) {
  if (!viewer) return;
  const told = await api.get(`/page/${kind}?visit=${visitId()}`);
  weather.changed = new Set(told.changed);
  weather.suspended ||= told.suspended;
  if (told.popup) openPopup();
}

async function render() {
  const address = new URL(location.href);
  const compose = address.pathname === "/compose/post" && !startPage;
  if (closeCompose && !compose) {
    closeCompose();
    closeCompose = null;
    if (under === address.pathname + address.search) return;
  }
  const path = compose ? (under ?? "/home") : address.pathname;
  const base = new URL(path, location.href);
  const [kind, build] = pageAt(base.pathname, compose ? base.searchParams : address.searchParams);
  await learnWeather(compose ? "compose" : kind);
  if (!compose || !stage.firstChild) {
    (await leave)();
    scrollTo(0, 0);
    nameTab(kind, compose ? base : address);
    leave = await build();
    under = base.pathname + (compose ? base.search : address.search);
  }
  if (compose && !closeCompose) closeCompose = openCompose(address.searchParams, leaveCompose);
}

function nameTab(kind, base) {
  const handle = base.pathname.split("/")[1];
  const names = {
    home: "Home",
    search: `${base.searchParams.get("q")} - Search`,
    profile: `@${handle}`,
    status: `@${handle}`,
    login: "Log in",
  };
  document.title = names[kind] ? `${names[kind]} / X` : "X";
}

// "Modal: dialog closes, URL goes back."
function leaveCompose() {
  closeCompose = null;
  if (history.state?.overPage) history.back();
  else history.replaceState({}, "", under ?? "/home");
}

function go(href) {
  history.pushState({ overPage: true }, "", href);
  render();
}

document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[href^='/']");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!anchor || !plain || event.defaultPrevented || !viewer) return;
  const href = anchor.getAttribute("href");
  if (href.startsWith("/i/") || href.startsWith("/login") || href === "/logout") return;
  event.preventDefault();
  go(href);
});
addEventListener("popstate", render);
addEventListener("practice:go", (event) => go(event.detail));
addEventListener("practice:suspended", () => {
  if (weather.suspended) return;
  weather.suspended = true;
  stage.querySelector("[data-testid=primaryColumn] > div")?.prepend(suspendedBanner());
});

document.getElementById("placeholder").remove();
document.getElementById("ScriptLoadFailure").hidden = true;
root.querySelector(":scope > div").prepend(nest(1, h("div", { id: "layers", style: "z-index: 1;" })));
root.querySelector(":scope > div > div:last-child").append(stage);
bottomBar();
render();
