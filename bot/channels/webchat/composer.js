// The line at the bottom: words, files, places. It makes events; the outbox sends them.

import { byId } from "./dom.js";
import { ANY_FILE, offer } from "./entry.js";
import { shrunk } from "./photo.js";
import { place } from "./place.js";
import { say } from "./words.js";

const LONGEST_TEXT = 16000; // characters: fits the server's 64 KiB in any script
const LARGEST_FILE = 20 * 1024 * 1024;
const DRAFT = "zoufang-draft";

export class Composer {
  // `send(item)` takes an item of the outbox: {event} or {event, file, name}.
  constructor(send) {
    this.send = send;
    this.words = byId("words");
    this.file = byId("file");
    this.notice = byId("notice");
    this.multiline = false;
    // Pressing the send button must not take the focus, and the phone's keyboard, away.
    byId("send").addEventListener("mousedown", (event) => event.preventDefault());
    byId("composer").addEventListener("submit", (event) => this.submit(event));
    this.words.addEventListener("keydown", (event) => this.key(event));
    this.words.addEventListener("input", () => this.edited());
    this.file.addEventListener("change", () => this.chosen());
    this.words.value = sessionStorage.getItem(DRAFT) || "";
    this.edited();
  }

  // Sets up for what is asked; `tappable` if it has buttons to answer by.
  ask(entry, tappable) {
    if (tappable && matchMedia("(pointer: coarse)").matches) this.words.blur(); // room for the buttons
    this.multiline = Boolean(entry && entry.kind === "multiline");
    offer(entry, {
      fill: (text) => this.fill(text),
      choose: (accept) => this.choose(accept),
      locate: () => this.locate(),
    });
  }

  choose(accept = ANY_FILE) {
    this.file.accept = accept;
    this.file.value = "";
    this.file.click();
  }

  async locate() {
    this.tell(say("locating"));
    try {
      const event = await place();
      this.tell("");
      this.send({ event });
    } catch (reason) {
      this.tell(say(reason));
      this.words.focus();
    }
  }

  fill(text) {
    this.words.value = text;
    this.edited();
  }

  tell(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
  }

  close() {
    this.words.disabled = true;
    byId("send").disabled = true;
    byId("entry").hidden = true;
  }

  submit(event) {
    event.preventDefault();
    const text = this.words.value;
    if (!text.trim()) return;
    if (text.length > LONGEST_TEXT) {
      this.tell(say("text_too_long"));
      return;
    }
    this.fill("");
    this.tell("");
    this.send({ event: { kind: "text", text } });
  }

  key(event) {
    // While an input method composes, Enter takes a candidate; 229 is what older browsers say then.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    const newline = this.multiline ? !event.ctrlKey && !event.metaKey : event.shiftKey;
    if (newline) return;
    this.submit(event);
  }

  edited() {
    this.words.style.height = "auto";
    this.words.style.height = `${this.words.scrollHeight + 2}px`;
    if (this.words.value) sessionStorage.setItem(DRAFT, this.words.value);
    else sessionStorage.removeItem(DRAFT);
  }

  async chosen() {
    const file = this.file.files[0];
    if (!file) return;
    const content = await shrunk(file);
    if (content.size > LARGEST_FILE) {
      this.tell(say("file_too_large"));
      return;
    }
    this.tell("");
    const media = content.type.split("/")[0];
    const event = {
      kind: "file",
      media: { image: "photo", audio: "audio", video: "video" }[media] || "document",
      name: file.name,
      mime: content.type,
    };
    this.send({ event, file: content, name: file.name });
  }
}
