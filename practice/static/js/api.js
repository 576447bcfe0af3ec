// Calls to the server. A refused session leads to the login, a locked account to /account/access.
// [A] A toast without the reason stands for a moment before; whoever reads it must wait for what follows.
const FOLLOWS_AFTER = 400; // ms

function follow(path) {
  setTimeout(() => location.assign(path), FOLLOWS_AFTER);
}

export class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
    this.reason = reason;
  }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}

export async function refusalOf(status, text) {
  let reason = "generic";
  try {
    reason = JSON.parse(text).errors[0].reason;
  } catch {
    reason = status === 429 ? "rate_limited" : "generic"; // not our JSON: a proxy's or server's error page
  }
  if (reason === "expired" && window.__META_DATA__.isLoggedIn) {
    const here = location.pathname + location.search;
    follow(`/i/flow/login?redirect_after_login=${encodeURIComponent(here)}`);
  }
  if (reason === "access") follow("/account/access");
  return new Refused(status, reason);
}

export const logIn = (handle) => send("POST", "/i/flow/login", { handle });

const call = (method, path, body) => send(method, `/i/api${path}`, body);

async function send(method, path, body) {
  const options = { method, headers: { "x-csrf-token": cookie("ct0") } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(0, "offline");
  }
  if (!answer.ok) throw await refusalOf(answer.status, await answer.text());
  return answer.json();
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);

// Uploads one file; tells the part that has left, 0 to 1. Resolves to {key, seconds}.
export function upload(file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/i/api/media");
    request.setRequestHeader("x-csrf-token", cookie("ct0"));
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Refused(0, "offline"));
    request.onload = async () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText));
      else reject(await refusalOf(request.status, request.responseText));
    };
    const form = new FormData();
    form.append("media", file, file.name);
    request.send(form);
  });
}
