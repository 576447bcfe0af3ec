// Pictures and videos on their way: picked, uploaded with percent, processed, ready, or refused.

import * as api from "./api.js";
import { say } from "./labels.js";

export const ACCEPT = "image/jpeg,image/png,image/webp,image/gif,video/mp4,video/quicktime";
const MEBIBYTE = 1024 * 1024;
const POLL_MS = 120;

function limitOf(type) {
  if (type === "image/gif") return 15 * MEBIBYTE;
  return (type.startsWith("video/") ? 512 : 5) * MEBIBYTE;
}

function moves(type) {
  return type === "image/gif" || type.startsWith("video/");
}

// Whether these may stand in one post: up to 4 pictures, or 1 GIF, or 1 video, each within its size.
export function mayAttach(files, attached) {
  const all = [...attached.map((item) => item.file), ...files];
  const known = files.every(
    (file) => ACCEPT.split(",").includes(file.type) && file.size <= limitOf(file.type),
  );
  return known && all.length <= 4 && (all.length === 1 || !all.some((file) => moves(file.type)));
}

export class Attachment {
  constructor(file) {
    this.file = file;
    this.preview = URL.createObjectURL(file);
    this.key = "";
    this.percent = 0;
    this.gone = false;
  }

  get ready() {
    return Boolean(this.key) && this.percent === 100;
  }

  get words() {
    return this.ready ? say.uploaded : `${say.uploading} (${this.percent}%)`;
  }

  // Uploads and waits until the server has processed it; calls `changed` at each step. Rejects when refused.
  async send(changed) {
    const { key, seconds } = await api.upload(this.file, (part) =>
      this.advance(Math.floor(part * 40), changed),
    );
    for (;;) {
      const { left } = await api.get(`/media/${key}`);
      if (left <= 0 || this.gone) break;
      this.advance(40 + Math.floor((1 - left / seconds) * 58), changed);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    this.key = key;
    this.advance(100, changed);
  }

  advance(percent, changed) {
    this.percent = Math.max(this.percent, percent);
    changed();
  }

  drop() {
    this.gone = true;
    URL.revokeObjectURL(this.preview);
  }
}
