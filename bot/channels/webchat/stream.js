// Keeps the page up to date: the newest lines first, then server-sent events from there on. A lost
// connection is taken up again after the last line that arrived.

import { SignedOut, history, session } from "./server.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const SILENCE = 40000; // heartbeats come every 15 seconds; a longer silence is a dead connection

export class Stream {
  // `opened(lines, session)` gets the newest lines, once. `line(line)`, `session(session)` follow.
  // `state(name)` is one of connecting, connected, offline; `signedOut()` ends it all.
  constructor({ opened, line, session, state, signedOut }) {
    this.tell = { opened, line, session, state, signedOut };
    this.after = null;
    this.source = null;
    this.timer = null;
    this.watchdog = null;
    this.wait = FIRST_WAIT;
    this.connecting = false;
    this.ended = false;
  }

  start() {
    addEventListener("online", () => this.restart());
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && (!this.source || this.source.readyState === EventSource.CLOSED)) this.restart();
    });
    this.connect();
  }

  restart() {
    this.close();
    this.wait = FIRST_WAIT;
    this.connect();
  }

  async connect() {
    if (this.connecting || this.ended) return;
    this.connecting = true;
    this.tell.state(navigator.onLine ? "connecting" : "offline");
    try {
      if (this.after === null) {
        const { session, lines } = await history();
        this.after = lines.length ? lines[lines.length - 1].seq : 0;
        await this.tell.opened(lines, session);
      }
      this.listen();
    } catch (error) {
      this.failed(error);
    } finally {
      this.connecting = false;
    }
  }

  listen() {
    this.close();
    const source = new EventSource(`/chat/events?after=${this.after}`);
    this.source = source;
    source.addEventListener("session", (event) => {
      this.alive();
      this.tell.state("connected");
      this.tell.session(JSON.parse(event.data));
    });
    source.addEventListener("message", (event) => {
      this.alive();
      const line = JSON.parse(event.data);
      this.after = line.seq;
      this.tell.line(line);
    });
    source.addEventListener("heartbeat", () => this.alive());
    source.addEventListener("signed-out", () => this.end());
    source.addEventListener("error", () => this.broken());
    this.watch();
  }

  alive() {
    this.wait = FIRST_WAIT;
    this.watch();
  }

  watch() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lost(), SILENCE);
  }

  // An event source does not say why it broke: ask.
  async broken() {
    this.close();
    this.tell.state(navigator.onLine ? "connecting" : "offline");
    try {
      await session();
      this.again();
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    if (error instanceof SignedOut) this.end();
    else this.lost();
  }

  lost() {
    this.close();
    if (this.ended) return;
    this.tell.state("offline");
    this.again();
  }

  again() {
    clearTimeout(this.timer);
    const spread = 0.75 + Math.random() / 2; // so that a village does not come back in one moment
    this.timer = setTimeout(() => this.connect(), this.wait * spread);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  end() {
    this.ended = true;
    this.close();
    this.tell.signedOut();
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    if (this.source) this.source.close();
    this.source = null;
  }
}
