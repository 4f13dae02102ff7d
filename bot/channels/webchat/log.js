// The conversation on the screen: bubbles in order, buttons under the bot's messages, what is still
// on its way at the end.

import { dayOf, nameOfDay, timeOfDay } from "./clock.js";
import { byId, el } from "./dom.js";
import { bubble, buttons } from "./line.js";
import { say } from "./words.js";

const PAUSE = 5 * 60000; // a longer one is marked with the time
const NEAR = 80; // pixels from the end that still count as reading along

export class Log {
  // `tap(message, button)`, `retry(item)`, `discard(item)` and `begin()` are called by presses.
  constructor(transcript, actions) {
    this.transcript = transcript;
    this.actions = actions;
    this.frame = byId("log-frame");
    this.lines = byId("log");
    this.ends = byId("pending");
    this.latest = byId("latest");
    this.shown = new Map(); // id of a message -> its element
    this.busy = new Map(); // id of a message -> token of the tap under way
    this.files = new Map(); // client id -> a file that was sent from here, or its address
    this.waiting = []; // items of the outbox
    this.lines.addEventListener("click", (event) => this.pressed(event));
    this.lines.addEventListener("keydown", (event) => this.key(event));
    this.latest.addEventListener("click", () => this.toEnd());
    this.frame.addEventListener("scroll", () => this.noteScroll(), { passive: true });
    addEventListener("resize", () => this.following && this.toEnd());
    this.lines.addEventListener("load", () => this.following && this.toEnd(), true); // pictures
    this.following = true; // the end is in view, and stays so
    this.acted = false; // a button was pressed, so the answer is to be seen wherever one reads
    this.byKeyboard = false;
  }

  // Shows the messages with these ids as they are now; the last of them is what just came.
  show(ids, { announce = true } = {}) {
    const newest = ids[ids.length - 1];
    const fresh = !this.shown.has(newest);
    const following = this.following || (fresh && this.acted);
    this.lines.setAttribute("aria-live", announce ? "polite" : "off");
    for (const id of ids) this.draw(this.transcript.messages.get(id));
    for (const id of this.transcript.trim()) this.drop(id);
    this.mark();
    this.showWaiting(this.waiting);
    if (following) this.follow(newest);
    else if (fresh && this.isNews(newest)) this.latest.hidden = false;
    if (fresh && this.isNews(newest)) this.acted = false;
    this.keepFocus();
  }

  showAll() {
    for (const element of [...this.lines.children]) element.remove();
    this.shown.clear();
    this.show([...this.transcript.messages.keys()], { announce: false });
    this.lines.setAttribute("aria-live", "polite");
    if (!this.transcript.messages.size) this.showEmpty();
    this.toEnd();
  }

  showWaiting(items) {
    this.waiting = items;
    const listed = new Set([...this.transcript.messages.values()].map((message) => message.clientId));
    for (const element of this.lines.querySelectorAll("[data-client]")) {
      const item = items.find((one) => one.clientId === element.dataset.client);
      this.status(element, item);
    }
    const here = items.filter((item) => !listed.has(item.clientId) && (item.event.kind !== "tap" || item.state === "failed"));
    const kept = new Map([...this.ends.children].map((element) => [element.dataset.item, element]));
    for (const [clientId, element] of kept) {
      if (!here.some((item) => item.clientId === clientId)) element.remove();
    }
    for (const item of here) {
      const element = kept.get(item.clientId) || this.ends.appendChild(this.outgoing(item));
      this.status(element, item);
    }
  }

  // Forgets that taps are under way: of one message, or of all.
  release(id) {
    const ids = id === undefined ? [...this.busy.keys()] : [id];
    for (const one of ids) {
      if (!this.busy.delete(one)) continue;
      const message = this.transcript.messages.get(one);
      if (message) this.drawButtons(this.shown.get(one), message);
    }
  }

  hold(id, token) {
    this.busy.set(id, token);
    const message = this.transcript.messages.get(id);
    if (message && message.from === "bot") this.drawButtons(this.shown.get(id), message);
  }

  toEnd() {
    this.frame.scrollTop = this.frame.scrollHeight;
    this.following = true;
    this.latest.hidden = true;
  }

  // --- drawing -----------------------------------------------------------------------------------

  draw(message) {
    let element = this.shown.get(message.id);
    if (message.hidden) return;
    const empty = this.lines.querySelector(".empty");
    if (empty) empty.remove();
    const words = bubble({ ...message, local: this.local(message) });
    if (!element) {
      element = el("div", { class: `line ${message.from}`, "data-id": message.id, "data-client": message.clientId }, words);
      this.insert(element, message);
    } else if (!element.firstChild.isEqualNode(words)) {
      element.firstChild.replaceWith(words);
    }
    if (message.from === "bot") this.drawButtons(element, message);
  }

  drawButtons(element, message) {
    if (!element) return;
    const old = element.querySelector(".buttons");
    const focused = old ? [...old.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    if (old) old.remove();
    if (!message.reply.buttons.length) return;
    const fresh = buttons(message, this.busy.get(message.id));
    element.append(fresh);
    if (focused >= 0) {
      const all = fresh.querySelectorAll("button");
      all[Math.min(focused, all.length - 1)].focus({ preventScroll: true });
    }
  }

  insert(element, message) {
    const later = [...this.shown.keys()].filter((id) => id > message.id);
    const before = later.length ? this.shown.get(Math.min(...later)) : null;
    this.lines.insertBefore(element, before);
    this.shown.set(message.id, element);
    element.dataset.at = message.at;
    const previous = element.previousElementSibling;
    const since = previous && previous.dataset.at;
    if (!since || dayOf(since) !== dayOf(message.at) || Date.parse(message.at) - Date.parse(since) > PAUSE) {
      const stamp = `${nameOfDay(message.at)} ${timeOfDay(message.at)}`;
      this.lines.insertBefore(el("p", { class: "stamp", "data-at": message.at, "aria-live": "off" }, stamp), element);
    }
  }

  drop(id) {
    const element = this.shown.get(id);
    if (!element) return;
    const stamp = element.previousElementSibling;
    if (stamp && stamp.className === "stamp") stamp.remove();
    element.remove();
    this.shown.delete(id);
  }

  // The message that is to be answered now stands out.
  mark() {
    for (const [id, element] of this.shown) element.classList.toggle("asked", id === this.transcript.current);
  }

  showEmpty() {
    const begin = el("button", { type: "button", class: "primary", click: () => this.actions.begin() }, say("start"));
    this.lines.append(el("div", { class: "empty" }, el("p", null, say("empty")), begin));
  }

  status(element, item) {
    const old = element.querySelector(".status");
    const key = item ? `${item.state}:${item.reason || ""}` : "";
    if ((old ? old.dataset.key : "") === key) return;
    if (old) old.remove();
    if (!item) return;
    const words = item.state === "failed" ? say("failed", { reason: item.reason || "" }) : say(item.state);
    const status = el("div", { class: `status ${item.state}`, "data-key": key }, el("span", null, words));
    if (item.state === "failed") {
      status.append(
        el("button", { type: "button", click: () => this.actions.retry(item) }, say("retry")),
        el("button", { type: "button", click: () => this.actions.discard(item) }, say("discard")),
      );
    }
    element.append(status);
  }

  outgoing(item) {
    if (item.file) this.files.set(item.clientId, item.file);
    const message = { id: item.clientId, from: "person", event: item.event, label: item.label };
    return el("div", { class: "line person", "data-item": item.clientId }, bubble({ ...message, local: this.local(message) }));
  }

  // The address of a file that was sent from this page, so that it need not be fetched back.
  local({ id, clientId }) {
    const key = clientId || id;
    const file = this.files.get(key);
    if (file instanceof Blob) this.files.set(key, URL.createObjectURL(file));
    return this.files.get(key);
  }

  // --- presses, focus, scrolling -----------------------------------------------------------------

  pressed(event) {
    const button = event.target.closest("button[data-token]");
    if (!button || button.getAttribute("aria-disabled")) return;
    this.byKeyboard = event.detail === 0;
    this.acted = true;
    const id = Number(button.closest(".line").dataset.id);
    this.actions.tap(this.transcript.messages.get(id), { token: button.dataset.token, text: button.textContent });
  }

  // Among a message's buttons: arrows move, a digit presses the button of that number.
  key(event) {
    const group = event.target.closest(".buttons");
    if (!group || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = [...group.querySelectorAll("button")];
    const at = all.indexOf(event.target);
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    if (steps[event.key]) {
      event.preventDefault();
      all[(at + steps[event.key] + all.length) % all.length].focus();
    } else if (/^[1-9]$/.test(event.key) && all[event.key - 1]) {
      event.preventDefault();
      all[event.key - 1].focus();
      all[event.key - 1].click();
    }
  }

  // Who answers by keyboard goes on by keyboard: when the pressed buttons are gone, the focus goes
  // to the next question's.
  keepFocus() {
    const focused = document.activeElement;
    const lost = focused === document.body || focused.closest(".line.bot:not(.asked) .buttons");
    if (!this.byKeyboard || !lost) return;
    const asked = this.shown.get(this.transcript.current);
    const first = asked && asked.querySelector(".buttons button");
    if (first) first.focus({ preventScroll: true });
    else if (asked) byId("words").focus({ preventScroll: true });
  }

  isNews(id) {
    const message = this.transcript.messages.get(id);
    return message && message.from === "bot" && !message.hidden;
  }

  // To the end; but to the beginning of what came if that is taller than the screen, or if it is a
  // changed message further up that is to be answered now.
  follow(id) {
    this.toEnd();
    const element = this.shown.get(id);
    if (!element || !element.matches(".bot")) return;
    const top = element.offsetTop - this.lines.offsetTop;
    const tall = element === this.lines.lastElementChild && element.offsetHeight > this.frame.clientHeight;
    const above = id === this.transcript.current && top + element.offsetHeight < this.frame.scrollTop + NEAR;
    if (tall || above) this.frame.scrollTop = top;
  }

  noteScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.frame;
    this.following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.following) this.latest.hidden = true;
  }
}
