// The text field: the real Draft.js, set up as the captures show it (x_dom_facts: Composer, dom).

import { say } from "./labels.js";
import { suggestions, tags, tokenBefore } from "./typeahead.js";
import { named } from "./visit.js";

const { createElement: e } = window.React;
const { ContentState, Editor, EditorState, KeyBindingUtil, Modifier, getDefaultKeyBinding } = window.Draft;

let lists = 0;

export class TextField extends window.React.Component {
  constructor(props) {
    super(props);
    const content = ContentState.createFromText(props.initial);
    this.state = {
      editor: EditorState.moveSelectionToEnd(EditorState.createWithContent(content)),
      options: [],
      active: 0,
    };
    this.listId = `typeaheadDropdownWrapped-${lists}`;
    lists += 1;
    this.change = this.change.bind(this);
    this.bindKey = this.bindKey.bind(this);
    this.command = this.command.bind(this);
    this.enter = this.enter.bind(this);
  }

  text() {
    return this.state.editor.getCurrentContent().getPlainText("\n");
  }

  focus() {
    this.editor.focus();
  }

  componentWillUnmount() {
    this.gone = true;
  }

  change(editor) {
    const before = this.text();
    this.setState({ editor }, () => {
      if (this.text() !== before) this.props.onText(this.text());
      this.lookUp();
    });
  }

  token() {
    const selection = this.state.editor.getSelection();
    if (!selection.isCollapsed()) return "";
    const block = this.state.editor.getCurrentContent().getBlockForKey(selection.getAnchorKey());
    return tokenBefore(block.getText().slice(0, selection.getAnchorOffset()));
  }

  lookUp() {
    const token = this.token();
    if (token === this.looked) return;
    this.looked = token;
    if (!token) this.setState({ options: [], active: 0 });
    else if (token.startsWith("#")) this.setState({ options: tags(token), active: 0 });
    else this.lookUpLater(token);
  }

  async lookUpLater(token) {
    const options = await suggestions(token);
    if (!this.gone && this.token() === token) this.setState({ options, active: 0 });
  }

  pick(option) {
    const token = this.token();
    const selection = this.state.editor.getSelection();
    const end = selection.getAnchorOffset();
    const range = selection.merge({ anchorOffset: end - token.length, focusOffset: end });
    const content = Modifier.replaceText(this.state.editor.getCurrentContent(), range, `${option.text} `);
    this.change(EditorState.push(this.state.editor, content, "insert-characters"));
  }

  bindKey(event) {
    const open = this.state.options.length > 0;
    if (event.key === "Enter" && KeyBindingUtil.hasCommandModifier(event)) return "send";
    if (event.key === "Escape") return open ? "close-list" : "escape";
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) return event.key;
    return getDefaultKeyBinding(event);
  }

  command(name) {
    const { options, active } = this.state;
    if (name === "send") this.props.onSend();
    else if (name === "escape") this.props.onEscape();
    else if (name === "close-list") this.setState({ options: [] });
    else if (name === "ArrowDown") this.setState({ active: (active + 1) % options.length });
    else if (name === "ArrowUp") this.setState({ active: (active + options.length - 1) % options.length });
    else return "not-handled";
    return "handled";
  }

  enter(event) {
    if (KeyBindingUtil.hasCommandModifier(event)) {
      this.props.onSend();
      return "handled";
    }
    if (!this.state.options.length) return "not-handled";
    this.pick(this.state.options[this.state.active]);
    return "handled";
  }

  list() {
    if (!this.state.options.length) return null;
    const items = this.state.options.map((option, index) =>
      e(
        "div",
        {
          key: option.text,
          role: "option",
          "aria-selected": index === this.state.active,
          "data-testid": "typeaheadResult",
          className: "option",
          onMouseDown: (event) => {
            event.preventDefault();
            this.pick(option);
          },
        },
        e("span", null, option.text),
        option.name ? e("span", { className: "dim" }, ` ${option.name}`) : null,
      ),
    );
    return e("div", { role: "listbox", id: this.listId, className: "typeahead" }, items);
  }

  render() {
    const editor = e(Editor, {
      ref: (found) => {
        this.editor = found;
      },
      editorState: this.state.editor,
      onChange: this.change,
      keyBindingFn: this.bindKey,
      handleKeyCommand: this.command,
      handleReturn: this.enter,
      stripPastedStyles: true,
      placeholder: this.props.placeholder,
      ariaLabel: say.postText,
      ariaMultiline: true,
      ariaAutoComplete: "list",
      ariaControls: this.listId,
      role: "textbox",
      spellCheck: true,
      tabIndex: 0,
      webDriverTestID: named("post:text", "tweetTextarea_0"),
    });
    const field = e(
      "div",
      { "data-testid": "tweetTextarea_0RichTextInputContainer", style: { minHeight: 24, height: "100%" } },
      editor,
    );
    const wrapped = e("div", null, e("div", { dir: "ltr" }, e("div", null, e("div", null, field))));
    return e(
      "div",
      { "data-testid": "tweetTextarea_0_label", className: "field" },
      wrapped,
      e("div", null, this.list()),
    );
  }
}
