// What the composer offers for the question that is asked: a keyboard, a picker, an upload or
// location button. Typing is always possible beside it.

import { byId, el } from "./dom.js";
import { say } from "./words.js";

const PICKERS = { date: "date", month: "month", time: "time", dateTime: "datetime-local" };
const LENGTHS = { date: 10, month: 7, time: 5, dateTime: 16 };
const FILES = {
  photo: "image/*",
  audio: "audio/*",
  video: "video/*",
  file: "image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.txt,.csv,.zip",
};

export const ANY_FILE = FILES.file;

// Sets up the composer for `entry` (null: nothing special). `fill(text)` puts a picked value into
// the words; `choose(accept)` and `locate()` start an upload and a look for the position.
export function offer(entry, { fill, choose, locate }) {
  const kind = entry ? entry.kind : "none";
  const words = byId("words");
  words.placeholder = (entry && entry.placeholder) || hint(kind);
  words.inputMode = keyboard(kind, entry);
  words.enterKeyHint = kind === "multiline" ? "enter" : "send";
  const box = byId("entry");
  box.textContent = "";
  if (PICKERS[kind]) box.append(picker(kind, entry, fill));
  else if (FILES[kind]) box.append(action(`pick_${kind}`, () => choose(FILES[kind])));
  else if (kind === "location") box.append(action("pick_location", locate));
  box.hidden = !box.children.length;
}

function hint(kind) {
  return say(`hint_${FILES[kind] ? "photo" : kind}`);
}

function keyboard(kind, entry) {
  // Phones' number pads may have no minus.
  const negative = Number(entry && entry.minimum) < 0;
  if (kind === "integer" || kind === "year") return negative ? "text" : "numeric";
  if (kind === "decimal") return negative ? "text" : "decimal";
  return kind === "contact" ? "tel" : "text";
}

function action(word, act) {
  return el("button", { type: "button", class: "primary wide", click: act }, say(word));
}

function picker(kind, entry, fill) {
  const input = el("input", {
    type: PICKERS[kind],
    min: bound(kind, entry.minimum),
    max: bound(kind, entry.maximum),
    input: () => input.value && fill(input.value.replace("T", " ")),
    click: () => open(input),
  });
  return el("label", { class: "picker" }, el("span", null, say(`pick_${kind}`)), input);
}

// A bound in the form that the picker understands; a date alone bounds a moment from midnight on.
function bound(kind, value) {
  if (!value) return null;
  const moment = kind === "dateTime" && value.length === 10 ? `${value}T00:00` : value;
  return moment.replace(" ", "T").slice(0, LENGTHS[kind]);
}

function open(input) {
  try {
    input.showPicker();
  } catch {
    // An older browser opens its picker in its own way.
  }
}
