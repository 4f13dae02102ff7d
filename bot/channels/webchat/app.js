// Puts the page together: the stream fills the transcript, the log shows it, presses and words go
// to the outbox.

import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { belongTo, session as askSession, signOut } from "./server.js";
import { Stream } from "./stream.js";
import { Transcript } from "./transcript.js";
import { Unsent } from "./unsent.js";
import { say, speak, spoken } from "./words.js";

const ANSWER_WAIT = 4000; // ms after which buttons are freed though the bot said nothing

const opening = JSON.parse(byId("opening").textContent);
const transcript = new Transcript();
let news = 0;

const log = new Log(transcript, {
  tap,
  retry: (item) => outbox.retry(item),
  discard: (item) => {
    log.release(item.message);
    outbox.discard(item);
  },
  begin: () => command("menu"),
});
const composer = new Composer(send);
const menu = new Menu({
  command,
  file: () => composer.choose(),
  place: () => composer.locate(),
  leave,
});
const outbox = new Outbox(new Unsent(opening.person), {
  changed: (items) => log.showWaiting(items),
  accepted,
  signedOut,
});
const stream = new Stream({ opened, line, session, state, signedOut });

belongTo(opening.person);
rename(opening);
byId("log").textContent = say("loading");
restore();
stream.start();
addEventListener("online", () => outbox.kick());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  news = 0;
  title();
});
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});

// --- out -----------------------------------------------------------------------------------------

function send(item) {
  outbox.add(item);
  log.toEnd();
}

function command(name) {
  send({ event: { kind: "command", name, argument: "" } });
}

function tap(message, { token, text }) {
  log.hold(message.id, token);
  outbox.add({ event: { kind: "tap", token }, message: message.id, label: text });
}

function accepted(item) {
  if (item.event.kind === "tap") setTimeout(() => log.release(item.message), ANSWER_WAIT);
}

async function restore() {
  await outbox.open();
  for (const item of outbox.items) {
    if (item.event.kind === "tap" && item.state !== "failed") log.hold(item.message, item.event.token);
  }
}

async function leave() {
  const n = outbox.items.length;
  if (n && !confirm(say("sign_out_unsent", { n }))) return;
  try {
    await signOut();
  } catch {
    composer.tell(say("unreachable"));
    return;
  }
  await outbox.clear();
  sessionStorage.clear();
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  location.replace("/");
}

// --- in ------------------------------------------------------------------------------------------

function opened(lines, about) {
  byId("log").textContent = "";
  for (const one of lines) transcript.take(one);
  session(about);
  log.showAll();
  ask();
}

function line(one) {
  const ids = transcript.take(one);
  if (one.body.from === "bot") {
    log.release();
    if (document.hidden) news += 1;
    title();
  }
  log.show(ids);
  ask();
}

function ask() {
  const asked = transcript.asked();
  const reply = asked && asked.reply;
  const entry = reply ? reply.entry : null;
  const key = JSON.stringify([transcript.current, entry, spoken()]);
  if (key !== ask.last) composer.ask(entry, Boolean(reply && reply.buttons.length));
  ask.last = key;
  progress(reply ? reply.progress : null);
}

function progress(made) {
  const bar = byId("progress");
  bar.hidden = !made;
  if (!made) return;
  bar.setAttribute("aria-valuenow", made.at);
  bar.setAttribute("aria-valuemax", Math.max(made.at, made.about));
  const words = say("progress", made);
  bar.setAttribute("aria-valuetext", words);
  byId("progress-words").textContent = words;
  bar.querySelector(".done").style.width = `${Math.min(100, (100 * made.at) / Math.max(1, made.about))}%`;
}

async function session(about) {
  if (about.person !== opening.person) {
    location.reload(); // another tab signed somebody else in
    return;
  }
  if (about.language === spoken()) return;
  try {
    rename(await askSession());
    log.showAll();
    ask();
  } catch {
    // The stream asks again when it is back.
  }
}

function rename(about) {
  speak(about);
  menu.write();
  composer.ask(null, false);
  ask.last = null;
  title();
}

function title() {
  document.title = news ? `(${news}) ${say("title")}` : say("title");
}

function state(name) {
  byId("state").textContent = name === "connecting" ? say("connecting") : "";
  const away = name === "offline";
  banner(away ? say(navigator.onLine ? "unreachable" : "offline") : null);
  if (name === "connected") outbox.kick();
}

function signedOut() {
  banner(say("signed_out"));
  composer.close();
}

function banner(text) {
  byId("banner").hidden = !text;
  byId("banner").textContent = text || "";
}
