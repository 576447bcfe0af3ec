// The list under "#tag" and "@name" while typing (x_dom_facts: Composer, typing). Enter picks its first entry.

import * as api from "./api.js";

const TAGS = ["#PaketHemat", "#PromoPulsa", "#KuotaMurah", "#TipsInternet", "#Timnas", "#Bandung", "#Jualan"];

// The "#tag" or "@name" that ends at the cursor, or "".
export function tokenBefore(text) {
  const found = text.match(/(?:^|\s)([@#][\p{L}\p{N}_]+)$/u);
  return found ? found[1] : "";
}

// What may complete the token, [{text, name}]; tags at once, names from the server.
export async function suggestions(token) {
  if (token.startsWith("#")) return tags(token);
  try {
    const people = await api.get(`/typeahead?q=${encodeURIComponent(token)}`);
    return people.map((person) => ({ text: `@${person.handle}`, name: person.name }));
  } catch {
    return []; // suggestions are a comfort: without an answer there are none
  }
}

export function tags(token) {
  const known = TAGS.filter((tag) => tag.toLowerCase().startsWith(token.toLowerCase()) && tag !== token);
  return [token, ...known].map((text) => ({ text, name: "" }));
}
