// The menu button: the commands that are always there, sending a file or a place, signing out.

import { byId, el } from "./dom.js";
import { say } from "./words.js";

const COMMANDS = ["menu", "resume", "records", "language", "help", "cancel"];

export class Menu {
  // `command(name)`, `file()`, `place()`, `leave()` are called by presses.
  constructor(actions) {
    this.actions = actions;
    this.button = byId("menu-button");
    this.list = byId("menu");
    this.button.addEventListener("click", () => this.toggle(this.list.hidden));
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#menu, #menu-button")) this.toggle(false);
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  // Writes the entries in the language of the day.
  write() {
    this.button.setAttribute("aria-label", say("menu_open"));
    const { command, file, place, leave } = this.actions;
    this.list.textContent = "";
    this.list.append(
      ...COMMANDS.map((name) => this.entry(`command_${name}`, () => command(name))),
      this.entry("send_file", file, "apart"),
      this.entry("send_location", place),
      this.entry("sign_out", leave, "apart"),
    );
  }

  entry(word, act, style) {
    const press = () => {
      this.toggle(false);
      this.button.focus();
      act();
    };
    return el("li", { class: style }, el("button", { type: "button", click: press }, say(word)));
  }

  toggle(open) {
    if (open === !this.list.hidden) return;
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.list.querySelector("button").focus();
  }

  key(event) {
    if (this.list.hidden) return;
    const all = [...this.list.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") {
      this.toggle(false);
      this.button.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      all[(at + step + all.length) % all.length].focus();
    }
  }
}
