// Who looks at the page, and what the practice site changes for them on purpose.

const own = window.__PRACTICE__;
const session = window.__INITIAL_STATE__.session;
const entity = window.__INITIAL_STATE__.entities.users.entities[session.user_id];

export const language = own.language;
export const startPage = own.page;
export const accessCheck = own.access || "";
export const emojiBase = own.emoji;
export const viewer = entity
  ? {
      handle: entity.screen_name,
      name: entity.name,
      user_id: entity.id_str,
      verified: entity.is_blue_verified,
      avatar: `${own.pictures}/profile_images/${entity.id_str}/${entity.screen_name}.svg`,
    }
  : null;

export const weather = { changed: new Set(), suspended: Boolean(own.suspended) };

// A visit lasts as long as the tab: what is renamed stays renamed until the browser is closed.
export function visitId() {
  if (!sessionStorage.getItem("visit")) sessionStorage.setItem("visit", crypto.randomUUID());
  return sessionStorage.getItem("visit");
}

// The test id of an element the fault page_changed may rename.
export function named(change, testid) {
  return weather.changed.has(change) ? `${testid}V2` : testid;
}
