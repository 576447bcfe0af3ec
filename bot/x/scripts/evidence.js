// The page without scripts and without anything typed into fields.
const copy = document.documentElement.cloneNode(true);
for (const element of copy.querySelectorAll("script, style, link, noscript")) element.remove();
for (const input of copy.querySelectorAll("input, textarea")) {
  input.removeAttribute("value");
  input.textContent = "";
}
return copy.outerHTML;
