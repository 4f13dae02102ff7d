// Sends what the person did, in order, and repeats it until the server has it. The client id makes
// a repetition harmless, so a lost answer costs nothing.

import { Refused, SignedOut, Unreachable, post, upload } from "./server.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const TROUBLES = 5; // a server error may pass; not for ever

export class Outbox {
  // `changed(items)` is called whenever an item's state changes, `accepted(item)` when the server
  // has one, `signedOut()` when the cookie is void.
  constructor(unsent, { changed, accepted, signedOut }) {
    this.unsent = unsent;
    this.tell = { changed, accepted, signedOut };
    this.items = [];
    this.opened = null; // a promise: nothing is stored before what was stored earlier is read
    this.busy = false;
    this.wait = FIRST_WAIT;
    this.timer = null;
  }

  open() {
    this.opened = this.read();
    return this.opened;
  }

  async read() {
    const kept = await this.unsent.open();
    for (const item of kept) if (item.state !== "failed") item.state = "waiting";
    this.items = [...kept, ...this.items];
    this.tell.changed(this.items);
    this.kick();
  }

  async add(item) {
    item.clientId = newId();
    item.at = new Date().toISOString();
    item.state = "waiting";
    item.troubles = 0;
    this.items.push(item);
    this.tell.changed(this.items);
    await this.opened;
    await this.unsent.put(item);
    this.kick();
  }

  // Try now: the network may be back.
  kick() {
    clearTimeout(this.timer);
    this.wait = FIRST_WAIT;
    this.work();
  }

  retry(item) {
    item.state = "waiting";
    item.troubles = 0;
    this.tell.changed(this.items);
    this.kick();
  }

  async discard(item) {
    this.items = this.items.filter((other) => other !== item);
    this.tell.changed(this.items);
    await this.unsent.remove(item);
  }

  async clear() {
    await this.unsent.clear(this.items);
    this.items = [];
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    try {
      let item;
      while ((item = this.items.find((one) => one.state !== "failed"))) {
        if (!(await this.send(item))) break;
      }
    } finally {
      this.busy = false;
    }
  }

  // Whether to go on with the next item.
  async send(item) {
    this.change(item, "sending");
    try {
      const answer = item.file ? await upload(item) : await post(item);
      item.seq = answer.seq;
      this.items = this.items.filter((other) => other !== item);
      this.wait = FIRST_WAIT;
      await this.unsent.remove(item);
      this.tell.accepted(item);
      this.tell.changed(this.items);
      return true;
    } catch (error) {
      return this.failed(item, error);
    }
  }

  async failed(item, error) {
    const passing = error instanceof Refused && error.status >= 500 && ++item.troubles < TROUBLES;
    if (error instanceof Refused && !passing) {
      item.reason = error.message;
      this.change(item, "failed");
      await this.unsent.put(item);
      return true;
    }
    this.change(item, "waiting");
    if (error instanceof SignedOut) {
      this.tell.signedOut();
      return false;
    }
    if (!(error instanceof Unreachable) && !passing) throw error;
    this.timer = setTimeout(() => this.work(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return false;
  }

  change(item, state) {
    item.state = state;
    this.tell.changed(this.items);
  }
}

// A random UUID. `crypto.randomUUID` is missing in older browsers and on plain-HTTP pages.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
