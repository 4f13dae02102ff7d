// The conversation as the page knows it: lines of the transcript turned into messages. It knows
// nothing of the document.
//
// A message is keyed by the seq of the line that began it; a line that replaces another changes
// that message. A tap is no message of its own while the bot may still answer by changing the
// buttons (choosing several, leafing through pages); once the bot moves on, it is shown as what
// the person said.
//
// The bot's newest message that has an entry or buttons is the one that is asked. A notice without
// either, such as a reminder that comes in between, leaves the question as it is.

const KEPT = 200;

export class Transcript {
  constructor() {
    this.messages = new Map(); // id -> message
    this.begunBy = new Map(); // seq of a replacing line -> id of the message that it changed
    this.openTaps = [];
    this.current = null; // id of the bot's message that is to be answered now
    this.last = -1;
  }

  // Takes one line; returns the ids of messages that were added or changed.
  take({ seq, body }) {
    if (seq <= this.last) return [];
    this.last = seq;
    return body.from === "bot" ? this.takeReply(seq, body) : this.takeEvent(seq, body);
  }

  // The message that decides what the composer asks for, or null.
  asked() {
    return this.messages.get(this.current) || null;
  }

  // Forgets the oldest messages; returns their ids.
  trim() {
    const ids = [...this.messages.keys()].sort((a, b) => a - b);
    const dropped = ids.slice(0, Math.max(0, ids.length - KEPT)).filter((id) => id !== this.current);
    for (const id of dropped) this.messages.delete(id);
    return dropped;
  }

  takeReply(seq, { reply, replaces, at }) {
    const id = replaces === null ? seq : this.begunBy.get(replaces) || replaces;
    const known = this.messages.get(id);
    const changed = this.settleTaps(replaces === null ? null : id, known, reply);
    if (replaces !== null) this.begunBy.set(seq, id);
    const labels = known ? known.labels : new Map();
    for (const button of reply.buttons.flat()) labels.set(button.token, button.text);
    this.messages.set(id, { id, from: "bot", reply, labels, at: known ? known.at : at });
    if (reply.entry || reply.buttons.length) {
      if (this.current !== null && this.current !== id) changed.push(this.current);
      this.current = id;
    }
    return [...changed, id];
  }

  takeEvent(seq, { event, client_id: clientId, message, label, at }) {
    const tapped = message ? this.begunBy.get(Number(message)) || Number(message) : null;
    const line = { id: seq, from: "person", event, clientId, at, tapped, hidden: event.kind === "tap" };
    if (event.kind === "tap") {
      const target = this.messages.get(tapped);
      line.label = (target && target.labels.get(event.token)) || label || null;
      this.openTaps.push(line);
    }
    this.messages.set(seq, line);
    return [seq];
  }

  // `replaced` is the message that the reply changes, or null; `known` what it said before.
  settleTaps(replaced, known, reply) {
    const shown = [];
    for (const tap of this.openTaps) {
      const inPlace = tap.tapped === replaced;
      if (inPlace && (reply.buttons.length || echoes(reply, known, tap.label))) continue;
      tap.hidden = false;
      shown.push(tap.id);
    }
    this.openTaps = [];
    return shown;
  }
}

// Whether the changed reply says what was tapped, so that a bubble would say it twice.
function echoes(reply, known, label) {
  if (!label) return false;
  return times(label, reply.text) > (known ? times(label, known.reply.text) : 0);
}

function times(part, text) {
  return text.replace(/\\(.)/g, "$1").split(part).length - 1;
}
