// Uploads by drag and drop, several at once, one request after the other with its progress. Without this file the
// form sends the chosen files as forms do.
"use strict";

(() => {
  const form = document.getElementById("media-upload");
  if (!form) return;
  const zone = document.getElementById("media-zone");
  const input = document.getElementById("media-file");
  const list = document.getElementById("media-progress");
  const announcer = document.getElementById("announcer");
  const most = Number(form.dataset.mostBytes);
  const queue = [];
  let busy = false;

  document.getElementById("media-send").hidden = true;
  zone.querySelector(".media-drop").hidden = false;

  function addRow(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    name.textContent = file.name;
    state.className = "muted";
    state.textContent = form.dataset.waiting;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    row.append(name, state, bar);
    list.append(row);
    list.hidden = false;
    return { row, state, bar };
  }

  // The server's own words, and whether they are good news.
  function finish(shown, words, isGood) {
    const result = document.createElement("p");
    result.className = `media-result ${isGood ? "tone-good" : "tone-bad"}`;
    result.textContent = words;
    shown.state.remove();
    shown.bar.replaceWith(result);
    shown.row.dataset.done = isGood ? "good" : "bad";
    announcer.textContent = words;
  }

  function wordsOf(answer, file) {
    const page = new DOMParser().parseFromString(answer.responseText, "text/html");
    return page.querySelector("p")?.textContent.trim() || `${file.name} ${form.dataset.failed}`;
  }

  function take(files) {
    for (const file of files) {
      const shown = addRow(file);
      if (file.size > most) finish(shown, `${file.name} ${form.dataset.tooLarge}`, false);
      else queue.push({ file, shown });
    }
    send();
  }

  function send() {
    if (busy || !queue.length) return;
    busy = true;
    const { file, shown } = queue.shift();
    const body = new FormData(form); // the token and the folder, as they are now
    body.delete("file");
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
      shown.state.textContent = event.loaded < event.total ? `${Math.floor((100 * event.loaded) / event.total)} %` : form.dataset.checking;
    });
    request.addEventListener("loadend", () => {
      const isGood = request.status === 200;
      finish(shown, request.status ? wordsOf(request, file) : `${file.name} ${form.dataset.failed}`, isGood);
      busy = false;
      if (isGood) showFiles();
      send();
    });
    request.send(body);
  }

  function showFiles() {
    htmx.ajax("GET", location.pathname + location.search, { target: "#media-files", swap: "outerHTML" });
  }

  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  // A file that misses the zone must not take the place of the page.
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
  zone.addEventListener("dragover", () => zone.classList.add("is-over"));
  zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("is-over");
    take([...event.dataTransfer.files]);
  });
  window.addEventListener("beforeunload", (event) => (busy || queue.length) && event.preventDefault());
})();
