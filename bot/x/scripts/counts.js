// How many elements each way of each selector finds: arguments[1] is name -> list of CSS. -1: no CSS for this browser.
const count = (css) => {
  try {
    return document.querySelectorAll(css).length;
  } catch {
    return -1;
  }
};
return Object.fromEntries(Object.entries(arguments[1]).map(([name, ways]) => [name, ways.map(count)]));
