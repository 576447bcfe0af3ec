// Numbers as x.com shows them (x_dom_facts: Action bar, Profile counts) and times.

import { language } from "./visit.js";
import { say } from "./labels.js";

function short(value, step, sign) {
  const tenths = Math.floor((value / step) * 10) / 10; // rounded down
  return `${tenths >= 100 ? Math.floor(tenths) : tenths}${sign}`;
}

// In the action bar: "1.1K", "25K"; nothing for zero. Whole thousands from 10K up.
export function barNumber(value) {
  if (!value) return "";
  const { k, m, wan } = say.numbers;
  if (wan) return value < 10_000 ? String(value) : short(value, 10_000, wan);
  if (value < 1000) return String(value);
  if (value < 10_000) return short(value, 1000, k);
  return value < 1_000_000 ? `${Math.floor(value / 1000)}${k}` : short(value, 1_000_000, m);
}

// In profile heads: "1,017", then rounded from 10,000 up: "14K", "393.2K".
export function headNumber(value) {
  const { k, m, wan, locale } = say.numbers;
  if (value < 10_000) return value.toLocaleString(locale);
  if (wan) return short(value, 10_000, wan);
  if (value < 1_000_000) return `${Math.floor(value / 100) / 10}${k}`;
  return `${Math.floor(value / 100_000) / 10}${m}`;
}

const LOCALES = { en: "en-US", id: "id-ID", zh: "zh-CN" };

// [visible, label] of a time in a list: "26m" and "26 minutes ago", "Nov 1" and "Nov 1".
export function listTime(iso) {
  const then = new Date(iso);
  const minutes = Math.max(0, Math.floor((Date.now() - then) / 60_000));
  const format = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "always" });
  if (minutes < 60)
    return [language === "en" ? `${minutes}m` : `${minutes} m`, format.format(-minutes, "minute")];
  if (minutes < 1440) {
    const hours = Math.floor(minutes / 60);
    return [language === "en" ? `${hours}h` : `${hours} j`, format.format(-hours, "hour")];
  }
  const sameYear = then.getFullYear() === new Date().getFullYear();
  const options = { month: "short", day: "numeric", ...(sameYear ? {} : { year: "numeric" }) };
  const text = then.toLocaleDateString(LOCALES[language], options);
  return [text, text];
}

// On a post's own page: "7:27 PM · Nov 1, 2024".
export function fullTime(iso) {
  const then = new Date(iso);
  const time = then.toLocaleTimeString(LOCALES[language], { hour: "numeric", minute: "2-digit" });
  const day = then.toLocaleDateString(LOCALES[language], { month: "short", day: "numeric", year: "numeric" });
  return `${time} · ${day}`;
}

export function joinedDate(iso) {
  const month = new Date(iso).toLocaleDateString(LOCALES[language], { month: "long", year: "numeric" });
  return `${say.joined} ${month}`;
}
