// People: pictures, names, follow buttons, cells in lists.

import * as api from "./api.js";
import { button, h, icon, link, nest, randomId, span } from "./dom.js";
import { say, wordsFor } from "./labels.js";
import { confirmSheet, showToast } from "./layers.js";
import { withEmoji } from "./text.js";
import { named, viewer } from "./visit.js";

// kind: "link" (lists), "own" (profile head, "Opens profile photo"), "quote" and "menu" (no link).
export function avatar(person, kind = "link") {
  const image = h("img", {
    alt: kind === "own" ? say.opensPhoto : "",
    draggable: "true",
    src: person.avatar,
    class: "face",
  });
  const label = kind === "own" ? say.opensPhoto : kind === "menu" || kind === "composer" ? person.name : null;
  const inner = nest(3, h("div", label ? { "aria-label": label } : {}, h("div"), image));
  let holder;
  if (kind === "own") holder = link(`/${person.handle}/photo`, {}, inner);
  else if (kind === "composer") holder = link(`/${person.handle}`, {}, inner);
  else if (kind === "quote")
    holder = h("div", { "aria-hidden": "true", role: "presentation", tabindex: "-1" }, inner);
  else if (kind === "menu") holder = h("div", { role: "presentation" }, inner);
  else holder = link(`/${person.handle}`, { "aria-hidden": "true", tabindex: "-1" }, inner);
  return h(
    "div",
    { testid: `UserAvatar-Container-${person.handle}`, class: "avatar" },
    h("div"),
    nest(1, h("div"), nest(2, holder)),
  );
}

export function verifiedMark(person) {
  return person.verified ? icon("✔", "icon-verified") : null;
}

export function nameNodes(person) {
  return [
    h("div", { dir: "ltr" }, span("", withEmoji(person.name))),
    h("div", { dir: "ltr" }, span("", verifiedMark(person) || "")),
  ];
}

// x_dom_facts: Profile and user cells. The state is in the test id: <id>-follow, -unfollow, -cancel.
export function followButton(person) {
  const hint = h(
    "div",
    { dir: "auto", id: randomId(), class: "hidden", style: "display: none;" },
    say.clickTo(person.handle),
  );
  const element = button({ "aria-describedby": hint.id, onclick: () => press(element, person) });
  drawFollow(element, person);
  return [nest(1, element), hint];
}

function drawFollow(element, person) {
  const back = person.button === "follow" && person.follows_you;
  const label = back
    ? say.followBackLabel
    : { follow: say.followLabel, unfollow: say.unfollowLabel }[person.button];
  if (label) element.setAttribute("aria-label", label(person.handle));
  else element.removeAttribute("aria-label"); // "-cancel may lack an aria-label"
  const testid = `${person.user_id}-${person.button}`;
  element.setAttribute("data-testid", person.button === "follow" ? named("follow", testid) : testid);
  element.className = `pill ${person.button}`;
  element.replaceChildren(
    h("div", { dir: "ltr" }, span("", span(back ? say.followBack : say[person.button]))),
  );
}

// The button flips at once and flips back when the server refuses.
async function press(element, person) {
  if (!viewer) return location.assign("/login");
  const before = person.button;
  const on = before === "follow";
  if (!on && !(await confirmSheet(say.unfollowAsk(person.handle), "", say.unfollowConfirm, say.cancelWord)))
    return undefined;
  person.button = on ? (person.protected ? "cancel" : "unfollow") : "follow";
  drawFollow(element, person);
  try {
    person.button = (await api.post(`/profile/${person.handle}/follow`, { on })).button;
  } catch (refused) {
    person.button = before;
    showToast(wordsFor(refused.reason, "follow"));
  }
  return drawFollow(element, person);
}

// tag "li" in the sidebar and 2026 lists, "button" in people lists.
export function userCell(person, tag = "li") {
  const attributes = tag === "li" ? { role: "listitem" } : { role: "button" };
  return h(
    tag === "li" ? "li" : "div",
    { testid: "UserCell", tabindex: "0", class: "cell", ...attributes },
    nest(
      1,
      h(
        "div",
        { class: "row" },
        avatar(person),
        h(
          "div",
          { class: "grow" },
          h(
            "div",
            { class: "row" },
            nest(
              1,
              nest(3, link(`/${person.handle}`, { class: "strong" }, nest(1, ...nameNodes(person)))),
              nest(
                3,
                link(
                  `/${person.handle}`,
                  { tabindex: "-1", class: "dim" },
                  h("div", { dir: "ltr" }, span(`@${person.handle}`)),
                ),
              ),
            ),
            h(
              "div",
              { class: "push" },
              person.button && viewer && person.handle !== viewer.handle ? followButton(person) : null,
            ),
          ),
          tag === "li" ? null : h("div", { dir: "auto" }, withEmoji(person.bio)),
        ),
      ),
    ),
  );
}

export function peopleBox(people) {
  return h(
    "aside",
    { "aria-label": say.whoToFollow, role: "complementary", class: "box" },
    nest(1, h("h2", { "aria-level": "2", role: "heading" }, nest(1, span(say.whoToFollow)))),
    h(
      "ul",
      { role: "list" },
      people.map((person) => userCell(person)),
    ),
    link("/i/connect_people", {}, nest(1, span(say.showMore))),
  );
}
