// The composer: text field, media, tool bar, send button (x_dom_facts: Composer). Inline on /home and below a
// post (tweetButtonInline), modal on /compose/post (tweetButton).

import * as api from "./api.js";
import { ACCEPT, Attachment, mayAttach } from "./attachments.js";
import { DRAWINGS } from "./drawings.js";
import { DraftStore } from "./drafts.js";
import { TextField } from "./editor.js";
import { say, wordsFor } from "./labels.js";
import { openPopup, showToast } from "./layers.js";
import { named, viewer } from "./visit.js";
import { LIMIT, weightedLength } from "./weight.js";

const { Component, createElement: e } = window.React;
const SHOW_LEFT = 20; // the number of characters left is shown from here on

function drawn(sign) {
  const shape = DRAWINGS[sign];
  return shape
    ? e("svg", { viewBox: "0 0 24 24", "aria-hidden": true }, e("path", { d: shape, className: "line" }))
    : e("b", null, sign);
}

class Composer extends Component {
  constructor(props) {
    super(props);
    this.drafts = new DraftStore(props.place);
    const text = props.prefill || this.drafts.read();
    this.state = { text, initial: text, mount: 0, media: [], sending: false };
    this.send = this.send.bind(this);
    this.onText = this.onText.bind(this);
  }

  componentDidMount() {
    if (this.props.modal) this.field.focus();
  }

  onText(text) {
    this.setState({ text });
    this.drafts.saveSoon(text);
    this.meetOverlay();
  }

  // The fault "popup" at a post: an overlay comes up once something is in the composer.
  async meetOverlay() {
    if (this.asked) return;
    this.asked = true;
    try {
      if ((await api.get("/overlay")).popup) openPopup();
    } catch {
      this.asked = false; // the call itself was refused: ask again at the next change
    }
  }

  mayBeSent() {
    const { text, media, sending } = this.state;
    const something = text.trim() !== "" || media.length > 0;
    return something && !sending && weightedLength(text) <= LIMIT && media.every((item) => item.ready);
  }

  async attach(files) {
    if (!files.length) return;
    if (!mayAttach(files, this.state.media)) {
      showToast(wordsFor("media_failed"));
      return;
    }
    this.meetOverlay();
    const added = files.map((file) => new Attachment(file));
    this.setState({ media: [...this.state.media, ...added] });
    await Promise.all(added.map((item) => this.uploadOne(item)));
    this.remount();
  }

  async uploadOne(item) {
    try {
      await item.send(() => this.forceUpdate());
    } catch (refused) {
      this.remove(item);
      showToast(
        wordsFor(refused.reason === "media_failed" ? "media_failed" : refused.reason, "media_failed"),
      );
    }
  }

  // "The upload can re-mount the editor and lose text": what was typed since the last autosave is gone.
  remount() {
    const initial = this.drafts.read();
    this.setState(({ mount }) => ({ mount: mount + 1, initial, text: initial }));
  }

  remove(item) {
    item.drop();
    this.setState(({ media }) => ({ media: media.filter((other) => other !== item) }));
  }

  async send() {
    if (!this.mayBeSent()) return;
    this.setState({ sending: true });
    const { text, media } = this.state;
    try {
      const sent = await api.post("/posts", {
        text,
        media: media.map((item) => item.key),
        reply_to: this.props.replyTo,
      });
      this.drafts.forget();
      media.forEach((item) => item.drop());
      this.setState(({ mount }) => ({ mount: mount + 1, initial: "", text: "", media: [], sending: false }));
      this.asked = false;
      this.props.onSent(sent);
    } catch (refused) {
      this.setState({ sending: false });
      showToast(wordsFor(refused.reason, "post"));
      if (refused.reason === "suspended") dispatchEvent(new Event("practice:suspended"));
    }
  }

  // [A] the markup of previews is not captured; the test id and words are attested.
  previews() {
    if (!this.state.media.length) return null;
    return e(
      "div",
      { "data-testid": "attachments", className: "previews" },
      e(
        "div",
        { role: "group", "aria-label": "Media" },
        this.state.media.map((item) => this.preview(item)),
      ),
    );
  }

  preview(item) {
    const picture = item.file.type.startsWith("video/")
      ? e("video", { src: item.preview })
      : e("img", { src: item.preview, alt: "", draggable: true });
    const ring = item.ready
      ? null
      : e("div", {
          role: "progressbar",
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": item.percent,
        });
    const remove = e(
      "button",
      { type: "button", role: "button", "aria-label": say.removeMedia, onClick: () => this.remove(item) },
      "✕",
    );
    return e(
      "div",
      { key: item.preview, className: "preview" },
      picture,
      remove,
      ring,
      e("div", { dir: "ltr" }, e("span", null, item.words)),
    );
  }

  tool(label, sign, attributes = {}) {
    return e(
      "div",
      { role: "presentation", key: label },
      e(
        "button",
        { type: "button", role: "button", "aria-label": label, ...attributes },
        e("div", { dir: "ltr" }, drawn(sign)),
      ),
    );
  }

  tools() {
    const pick = this.tool(say.addMedia, "🖼", { onClick: () => this.input.click() });
    const input = e("input", {
      key: "input",
      ref: (found) => {
        this.input = found;
      },
      accept: ACCEPT,
      multiple: true,
      tabIndex: -1,
      type: "file",
      "data-testid": "fileInput",
      style: { display: "none" },
      onChange: (event) => {
        const files = [...event.target.files];
        event.target.value = "";
        this.attach(files);
      },
    });
    return [
      e("div", { role: "presentation", key: "media" }, pick.props.children, e("div", null, input)),
      this.tool(say.addGif, "GIF", { "data-testid": "gifSearchButton" }),
      this.tool(say.grok, "✧", { "data-testid": "grokImgGen" }),
      this.tool(say.poll, "☰", { "data-testid": "createPollButton" }),
      this.tool(say.emoji, "☺", { "aria-haspopup": "menu" }),
      this.tool(say.schedule, "◷", { "data-testid": "scheduleOption" }),
      this.tool(say.location, "⌖", {
        "data-testid": "geoButton",
        "aria-disabled": true,
        disabled: true,
        tabIndex: -1,
      }),
    ];
  }

  snapped(children) {
    const arrow = (testid, label) =>
      e(
        "div",
        { "data-testid": testid, className: "unseen" },
        e("button", {
          "aria-disabled": true,
          disabled: true,
          "aria-label": label,
          role: "button",
          tabIndex: -1,
          type: "button",
        }),
      );
    return e(
      "nav",
      { "aria-live": "polite", role: "navigation" },
      e(
        "div",
        { className: "row" },
        arrow("ScrollSnap-prevButtonWrapper", say.previous),
        e(
          "div",
          { "data-testid": "ScrollSnap-SwipeableList" },
          e("div", { role: "tablist", "data-testid": "ScrollSnap-List", className: "tools" }, children),
        ),
        arrow("ScrollSnap-nextButtonWrapper", say.next),
      ),
    );
  }

  counter() {
    const { text } = this.state;
    if (!text) return null;
    const left = LIMIT - weightedLength(text);
    return e(
      "div",
      {
        role: "progressbar",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": Math.round(((LIMIT - left) / LIMIT) * 100),
        className: "counter",
      },
      left <= SHOW_LEFT ? e("div", { dir: "ltr" }, String(left)) : null,
    );
  }

  sendButton() {
    const off = this.mayBeSent() ? {} : { "aria-disabled": true, disabled: true, tabIndex: -1 };
    const testid = named("post:button", this.props.modal ? "tweetButton" : "tweetButtonInline");
    const words = this.props.replyTo ? say.reply : say.post;
    return e(
      "button",
      {
        role: "button",
        "data-testid": testid,
        type: "button",
        className: "pill send",
        onClick: this.send,
        ...off,
      },
      e("div", { dir: "ltr" }, e("span", null, e("span", null, words))),
    );
  }

  loadingBar() {
    return e(
      "div",
      { role: "progressbar", className: this.state.sending ? "loading" : "" },
      e("div", { "data-testid": "progressBar-bar" }),
    );
  }

  face() {
    const picture = e(
      "div",
      { "aria-label": viewer.name },
      e("img", { alt: viewer.name, draggable: true, src: viewer.avatar, className: "face" }),
    );
    return e(
      "div",
      { "data-testid": `UserAvatar-Container-${viewer.handle}`, className: "avatar" },
      e("div", null, e("a", { href: `/${viewer.handle}`, role: "link" }, picture)),
    );
  }

  render() {
    const field = e(TextField, {
      key: this.state.mount,
      ref: (found) => {
        this.field = found;
      },
      initial: this.state.initial,
      placeholder: this.props.placeholder,
      onText: this.onText,
      onSend: this.send,
      onEscape: () => this.props.onEscape?.(),
    });
    const bar = e(
      "div",
      { "data-testid": "toolBar", className: "row tool-bar" },
      this.snapped(this.tools()),
      e("div", { className: "row push" }, this.counter(), this.sendButton()),
    );
    const body = e(
      "div",
      { className: "row top" },
      e("div", null, this.face()),
      e(
        "div",
        { className: "grow" },
        e("div", null, e("div", null, field)),
        this.previews(),
        e("div", null, bar),
      ),
    );
    return e("div", { className: "composer" }, this.loadingBar(), e("div", null, body));
  }
}

// Draws a composer into `box`; the answer can tell its text and take it away again.
export function makeComposer(box, props) {
  let composer = null;
  const all = { placeholder: say.whatsHappening, replyTo: "", prefill: "", modal: false, ...props };
  window.ReactDOM.render(
    e(Composer, {
      ...all,
      ref: (found) => {
        composer = found ?? composer;
      },
    }),
    box,
  );
  return {
    text: () => composer.state.text,
    hasMedia: () => composer.state.media.length > 0,
    drafts: () => composer.drafts,
    remove: () => window.ReactDOM.unmountComponentAtNode(box),
  };
}

export function announceSent(sent) {
  showToast(say.sent, `/${sent.handle}/status/${sent.id}`);
  dispatchEvent(new CustomEvent("practice:sent", { detail: sent }));
}
