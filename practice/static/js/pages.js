// The pages: each builds its frame and returns what to do when it is left.

import * as api from "./api.js";
import { announceSent, makeComposer } from "./composer.js";
import { h, icon, link, nest, span, button } from "./dom.js";
import { say } from "./labels.js";
import { makeFrame, newPostsPill, suspendedBanner, tabs, topBar } from "./layout.js";
import { headNumber, joinedDate } from "./numbers.js";
import { avatar, followButton, verifiedMark } from "./people.js";
import { withEmoji, textNodes } from "./text.js";
import { Timeline } from "./timeline.js";
import { accessCheck, viewer } from "./visit.js";

export function homePage(show) {
  const [frame, column] = makeFrame();
  const box = h("div");
  const place = h("div");
  let timeline = null;
  const choose = (tab) => {
    timeline?.stop();
    timeline = new Timeline(say.yourTimeline, `/home?tab=${tab}`);
    place.replaceChildren(timeline.element);
    column.firstChild.replaceWith(homeTabs(tab, choose));
    timeline.start();
  };
  column.append(h("div"), newPostsPill(), suspendedBanner() ?? "", box, place);
  show(frame);
  const composer = makeComposer(box, { place: "inline", onSent: announceSent });
  choose("foryou");
  const onSent = async ({ detail }) =>
    timeline.prepend({ ...(await api.get(`/post/${detail.id}`)).entries[0], type: "post" });
  addEventListener("practice:sent", onSent);
  return () => {
    removeEventListener("practice:sent", onSent);
    composer.remove();
    timeline.stop();
  };
}

function homeTabs(tab, choose) {
  const bar = tabs(null, [
    [say.forYou, "/home", tab === "foryou"],
    [say.following, "/home", tab === "following"],
  ]);
  bar.querySelectorAll("[role=tab]").forEach((item, index) =>
    item.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      choose(index ? "following" : "foryou");
    }),
  );
  return bar;
}

const SEARCH_TABS = [
  ["top", "top"],
  ["latest", "live"],
  ["people", "user"],
  ["media", "media"],
  ["lists", "list"],
];

export function searchPage(show, query) {
  const [frame, column] = makeFrame();
  const words = query.get("q") || "";
  const tab = query.get("f") || "top";
  const address = (f) =>
    `/search?q=${encodeURIComponent(words)}&src=typed_query${f === "top" ? "" : `&f=${f}`}`;
  const empty = () =>
    h(
      "div",
      { testid: "emptyState", class: "centre" },
      h("div", { testid: "empty_state_header_text", dir: "auto", class: "big" }, span(say.noResults(words))),
    );
  const timeline = new Timeline(say.searchTimeline, `/search?q=${encodeURIComponent(words)}&f=${tab}`, {
    empty,
  });
  column.append(
    searchBar(words),
    tabs(
      null,
      SEARCH_TABS.map(([name, f]) => [say[name], address(f), f === tab]),
    ),
    newPostsPill(),
    suspendedBanner() ?? "",
    timeline.element,
  );
  show(frame);
  timeline.start();
  return () => timeline.stop();
}

function searchBar(words) {
  const input = h("input", {
    "aria-label": say.searchQuery,
    role: "combobox",
    placeholder: say.search,
    enterkeyhint: "search",
    spellcheck: "false",
    type: "text",
    dir: "auto",
    autocomplete: "off",
    value: words,
    testid: "SearchBox_Search_Input",
  });
  const form = h(
    "form",
    { action: "#", "aria-label": say.search, role: "search", class: "grow" },
    nest(2, input),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(`/search?q=${encodeURIComponent(input.value)}&src=typed_query`);
  });
  return nest(
    2,
    h(
      "div",
      { class: "row top-bar" },
      nest(
        1,
        button(
          { "aria-label": say.back, testid: "app-bar-back", class: "act", onclick: () => history.back() },
          icon("←"),
        ),
      ),
      form,
    ),
  );
}

export async function profilePage(show, handle) {
  const [frame, column] = makeFrame();
  column.append(topBar(`@${handle}`), newPostsPill());
  show(frame);
  let person;
  try {
    person = await api.get(`/profile/${handle}`);
  } catch (refused) {
    column.append(
      refused.reason === "gone" ? emptyState(say.missingAccount, say.tryOther, handle) : listError(refused),
    );
    return () => {};
  }
  column.replaceChildren(
    topBar(
      person.name,
      h("div", { dir: "ltr", class: "dim small" }, `${headNumber(person.posts)} ${say.posts}`),
    ),
    newPostsPill(),
    suspendedBanner() ?? "",
    profileHead(person),
  );
  if (person.suspended && !person.own) {
    column.append(emptyState(say.suspendedAccount, "X suspends accounts which violate the X Rules."));
    return () => {};
  }
  if (!person.visible) {
    column.append(
      emptyState(say.protectedPosts, `Only approved followers can see @${person.handle}’s posts.`),
    );
    return () => {};
  }
  return profilePosts(column, person);
}

function profilePosts(column, person) {
  const base = `/${person.handle}`;
  column.append(
    tabs(say.profileTimelines, [
      [say.postsTab, base, true],
      [say.replies, `${base}/with_replies`, false],
      [say.highlights, `${base}/highlights`, false],
      [say.media, `${base}/media`, false],
    ]),
  );
  const timeline = new Timeline(say.postsBy(person.name), `/profile/${person.handle}/posts`);
  column.append(timeline.element);
  timeline.start();
  return () => timeline.stop();
}

function listError(refused) {
  const words = refused.reason === "rate_limited" ? say.errors.rate_limited : say.errors.list;
  return h(
    "div",
    { class: "centre" },
    h("div", { dir: "ltr" }, span(words)),
    button({ class: "pill follow", onclick: () => location.reload() }, span(say.retry)),
  );
}

function emptyState(title, text, handle = "") {
  return h(
    "div",
    { testid: "emptyState", class: "centre" },
    handle ? h("div", { dir: "ltr", class: "strong" }, span(`@${handle}`)) : null,
    h("div", { testid: "empty_state_header_text", dir: "auto", class: "big" }, span(title)),
    h("div", { testid: "empty_state_body_text", dir: "auto", class: "dim" }, span(text)),
  );
}

// profile_loggedout_enGB_2025-11.html; the own profile's button is attested, its place assumed.
function profileHead(person) {
  const acts = person.own
    ? link(
        "/settings/profile",
        { testid: "editProfileButton", class: "pill" },
        h("div", { dir: "ltr" }, span("", span(say.editProfile))),
      )
    : [
        button(
          {
            "aria-expanded": "false",
            "aria-haspopup": "menu",
            "aria-label": say.more,
            testid: "userActions",
            class: "act",
          },
          icon("⋯"),
        ),
        h("div", { testid: "placementTracking" }, followButton(person)),
      ];
  const name = h(
    "div",
    { testid: "UserName" },
    nest(
      1,
      h(
        "div",
        { dir: "ltr", class: "strong big" },
        span("", span("", withEmoji(person.name)), span("", badge(person) ?? "")),
      ),
      h(
        "div",
        { class: "row" },
        nest(
          1,
          h("div", { tabindex: "-1" }, h("div", { dir: "ltr", class: "dim" }, span(`@${person.handle}`))),
        ),
        person.follows_you
          ? h("div", { testid: "userFollowIndicator", class: "tag" }, span(say.followsYou))
          : null,
      ),
    ),
  );
  return nest(
    2,
    h(
      "div",
      { class: "head" },
      link(
        `/${person.handle}/header_photo`,
        { "aria-hidden": "true", tabindex: "-1", class: "banner-photo" },
        nest(1, h("div")),
      ),
      h("div", { class: "row" }, nest(1, avatar(person, "own")), h("div", { class: "row push" }, acts)),
      name,
      person.bio
        ? nest(1, h("div", { testid: "UserDescription", dir: "auto", class: "text" }, textNodes(person.bio)))
        : null,
      nest(1, headItems(person)),
      headCounts(person),
      knownFollowers(person),
    ),
  );
}

function badge(person) {
  return person.verified
    ? nest(1, button({ "aria-label": say.verifiedDetails, class: "act" }, verifiedMark(person)))
    : null;
}

function headItems(person) {
  return h(
    "div",
    { testid: "UserProfileHeader_Items", dir: "ltr", class: "row dim" },
    person.location
      ? h(
          "span",
          { testid: "UserLocation", dir: "ltr", role: "presentation" },
          icon("⌖"),
          span("", span(person.location)),
        )
      : null,
    person.url
      ? h(
          "a",
          {
            testid: "UserUrl",
            dir: "ltr",
            href: "https://t.co/0000000000",
            rel: "noopener noreferrer nofollow",
            role: "none",
            target: "_blank",
          },
          icon("🔗"),
          span(person.url.replace("https://", "")),
        )
      : null,
    h(
      "span",
      { testid: "UserJoinDate", dir: "ltr", role: "presentation" },
      icon("◷"),
      span(joinedDate(person.joined)),
    ),
  );
}

function headCounts(person) {
  const one = (path, value, word) =>
    nest(
      1,
      link(
        `/${person.handle}/${path}`,
        { dir: "ltr" },
        span("", span(headNumber(value))),
        " ",
        h("span", { class: "dim" }, span(word)),
      ),
    );
  const followers = person.own ? "followers" : "verified_followers";
  return h(
    "div",
    { class: "row counts" },
    one("following", person.following, say.followingCount),
    one(followers, person.followers, say.followers),
  );
}

// A decoy of the real page: people who follow them and whom you know (profileheader_org_en_2023_a.html).
function knownFollowers(person) {
  if (person.own || !viewer || person.handle === "contoh_operator") return null;
  return link(
    `/${person.handle}/followers_you_follow`,
    { "aria-label": say.followersYouKnow, class: "dim small" },
    h("div", { dir: "ltr" }, span(say.followedBy("Contoh Operator"))),
  );
}

export function statusPage(show, id) {
  const [frame, column] = makeFrame();
  const composers = [];
  const below = (entry) => (viewer ? replyBox(entry, composers) : null);
  const timeline = new Timeline(say.conversation, `/post/${id}`, { below });
  timeline.fail = (refused) => column.append(refused.reason === "gone" ? missing() : listError(refused));
  column.append(topBar(say.post), newPostsPill(), suspendedBanner() ?? "", timeline.element);
  show(frame);
  timeline.start();
  return () => {
    composers.forEach((composer) => composer.remove());
    timeline.stop();
  };
}

// status_article_loggedin_zh_2026-06.html: inline_reply_offscreen below the post.
function replyBox(entry, composers) {
  const box = h("div");
  queueMicrotask(() =>
    composers.push(
      makeComposer(box, {
        place: `reply:${entry.id}`,
        replyTo: entry.id,
        placeholder: say.replyPlaceholder,
        onSent: announceSent,
      }),
    ),
  );
  return h(
    "div",
    { testid: "inline_reply_offscreen" },
    nest(
      1,
      box,
      button({ "aria-label": say.everyone, class: "more" }, h("div", { dir: "ltr" }, span(say.everyone))),
    ),
  );
}

function missing() {
  return h(
    "div",
    { testid: "error-detail", class: "centre" },
    h("div", { dir: "ltr" }, span(say.missingPage)),
  );
}

// x_dom_facts: "page not found": error-detail in main, primaryColumn missing.
export function missingPage(show) {
  const [frame, , primary] = makeFrame(false);
  primary.replaceWith(missing());
  show(frame);
  return () => {};
}

// To be recognised (x_dom_facts: Login flow, older_2022_2025), and for a person to log in. [A] That one step does it,
// without a password, and that x.com leads to /home then.
export function loginPage(show) {
  const note = h("p", { class: "dim small" }, "The practice site has no passwords: write the handle of an account.");
  const field = h("input", {
    name: "text",
    autocomplete: "username",
    autocapitalize: "sentences",
    type: "text",
    dir: "auto",
  });
  const form = h(
    "div",
    {},
    h("h1", { role: "heading", "aria-level": "1" }, span(say.loginTitle)),
    h("label", {}, h("div", { dir: "ltr" }, span(say.loginField)), field),
    button({ class: "pill send", onclick: () => logIn(field, note) }, h("div", { dir: "ltr" }, span(say.next))),
    note,
  );
  show(
    h(
      "main",
      { role: "main", class: "centre" },
      h("div", { role: "dialog", "aria-modal": "true", class: "dialog" }, nest(2, form)),
    ),
  );
  return () => {};
}

async function logIn(field, note) {
  try {
    await api.logIn(field.value.trim());
    location.assign("/home");
  } catch {
    note.textContent = "Nobody can log in by that name.";
  }
}

// [A] /account/access: URL, words "Your account has been locked." and the challenge provider's frame are
// attested, the markup is not captured. "code" shows the captured ocfEnterTextTextInput.
export function accessPage(show) {
  const kind = accessCheck;
  const title =
    { locked: say.lockedTitle, challenge: say.challengeTitle, code: say.codeTitle }[kind] ?? say.lockedTitle;
  const text =
    { locked: say.lockedText, challenge: say.challengeText, code: say.codeText }[kind] ?? say.lockedText;
  const ask =
    {
      challenge: () => h("iframe", { id: "arkose_iframe", title: "challenge", src: "/i/challenge" }),
      code: () =>
        h(
          "div",
          {},
          h("input", {
            autocapitalize: "none",
            autocomplete: "on",
            autocorrect: "off",
            inputmode: "text",
            name: "text",
            spellcheck: "false",
            type: "text",
            dir: "auto",
            testid: "ocfEnterTextTextInput",
          }),
          button({ testid: "ocfEnterTextNextButton", class: "pill" }, span(say.next)),
        ),
    }[kind] ?? (() => h("input", { type: "submit", value: say.start, class: "pill" }));
  show(
    h(
      "main",
      { role: "main", class: "centre" },
      h("div", {}, h("div", { class: "big strong" }, title), h("p", {}, text), ask()),
    ),
  );
  return () => {};
}

export function welcomePage(show) {
  show(
    h(
      "main",
      { role: "main", class: "centre" },
      h("h1", {}, span(say.happeningNow)),
      link("/i/flow/signup", { testid: "signupButton", class: "pill follow" }, span(say.signup)),
      link("/login", { testid: "loginButton", class: "pill" }, span(say.login)),
    ),
  );
  return () => {};
}
