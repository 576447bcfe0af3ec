// The length of a post as x.com counts it; says the same as practice/weighted.py (a test holds them together).

export const LIMIT = 280;

const TLDS =
  "com|net|org|info|biz|id|co|io|me|app|dev|shop|store|site|xyz|link|ly|gg|tv|uk|us|in|sg|my|jp|cn|de|fr";
const URL_PATTERN = new RegExp(
  `(?<![\\w@#$.\\-])(?:https?://[^\\s<>"']+|(?:[a-z0-9][a-z0-9\\-]*\\.)+(?:${TLDS})(?![\\w@\\-])(?:[/?][^\\s<>"']*)?)`,
  "gi",
);
const EMOJI =
  /\p{RGI_Emoji}|[\p{Emoji_Presentation}]|\p{Extended_Pictographic}\uFE0F?|[0-9#*]\uFE0F?\u20E3/gv;
const LIGHT = [
  [0, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
];

function plainWeight(text) {
  let emoji = 0;
  const rest = text.replace(EMOJI, () => {
    emoji += 1;
    return "";
  });
  let total = emoji * 2;
  for (const character of rest) {
    const code = character.codePointAt(0);
    total += LIGHT.some(([low, high]) => code >= low && code <= high) ? 1 : 2;
  }
  return total;
}

// Parts of a text: {url} for addresses, {text} for what lies between.
export function splitUrls(text) {
  const parts = [];
  let position = 0;
  for (const match of text.matchAll(URL_PATTERN)) {
    const url = match[0].replace(/[.,;:!?)\]}…]+$/, "");
    parts.push({ text: text.slice(position, match.index) }, { url });
    position = match.index + url.length;
  }
  parts.push({ text: text.slice(position) });
  return parts.filter((part) => part.url || part.text);
}

export function weightedLength(text) {
  return splitUrls(text.normalize("NFC")).reduce(
    (sum, part) => sum + (part.url ? 23 : plainWeight(part.text)),
    0,
  );
}
