// The modal composer of /compose/post, over the page it was opened from.

import { announceSent, makeComposer } from "./composer.js";
import { button, h, span } from "./dom.js";
import { say } from "./labels.js";
import { confirmSheet, openDialog } from "./layers.js";

export function openCompose(query, leave) {
  const box = h("div");
  const replyTo = query.get("in_reply_to") || "";
  const composer = { current: null };
  const finish = () => {
    composer.current.remove();
    removeDialog();
    leave();
  };
  const close = async () => {
    const { current } = composer;
    if (current.text().trim() || current.hasMedia()) {
      const keep = await confirmSheet(say.saveAsk, "", say.saveWord, say.discardWord);
      current.drafts().saveNow(keep ? current.text() : "");
    }
    finish();
  };
  const unsent = button(
    { testid: "unsentButton", class: "more" },
    h("div", { dir: "ltr" }, span("", span(say.drafts))),
  );
  const removeDialog = openDialog(h("div", {}, unsent, box), { onClose: close });
  composer.current = makeComposer(box, {
    place: "modal",
    modal: true,
    replyTo,
    prefill: query.get("text") || "",
    onEscape: close,
    placeholder: replyTo ? say.replyPlaceholder : say.whatsHappening,
    onSent: (sent) => {
      finish();
      announceSent(sent);
    },
  });
  return () => {
    composer.current.remove();
    removeDialog();
  };
}
