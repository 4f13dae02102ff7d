// One message as elements.

import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { say } from "./words.js";

const ROW_OF_SMALL = 5; // this many buttons in one row, as in a calendar, are set tight

export function bubble(message) {
  const spoken = message.from === "bot" ? reply(message.reply) : event(message);
  const who = el("span", { class: "unseen" }, say(message.from === "bot" ? "bot" : "me"), "：");
  return el("div", { class: "bubble", id: `said-${message.id}` }, who, ...spoken);
}

// `busy` is the token of a button whose tap is under way, if there is one.
export function buttons(message, busy) {
  const rows = message.reply.buttons.map((row) =>
    el(
      "div",
      { class: row.length >= ROW_OF_SMALL ? "row tight" : "row" },
      ...row.map((button) => choice(button, busy)),
    ),
  );
  return el("div", { class: "buttons", role: "group", "aria-live": "off", "aria-labelledby": `said-${message.id}` }, ...rows);
}

function choice(button, busy) {
  const chosen = button.style === "chosen";
  return el(
    "button",
    {
      type: "button",
      class: `${button.style}${busy === button.token ? " sending" : ""}`,
      "data-token": button.token,
      "aria-pressed": chosen ? "true" : null,
      "aria-disabled": busy ? "true" : null,
    },
    button.text,
  );
}

function reply(said) {
  return [...said.pictures.map(picture), markdown(said.text)];
}

function picture(shown) {
  const url = address(shown.media);
  if (shown.as_file || !shown.mime.startsWith("image/")) return attachment(url, shown.name);
  const seen = image(url, shown.caption || shown.name);
  return shown.caption ? el("figure", null, seen, el("figcaption", null, shown.caption)) : seen;
}

function event(message) {
  const said = message.event;
  switch (said.kind) {
    case "text":
      return [el("p", { class: "typed" }, said.text)];
    case "tap":
      return [el("p", null, message.label || say("tapped"))];
    case "command":
      return [el("p", null, say(`command_${said.name}`) || `/${said.name} ${said.argument}`.trim())];
    case "location":
      return [el("p", null, `${say("location")} ${coordinates(said)}`)];
    case "file":
      return file(message);
    default:
      return [el("p", null, "…")];
  }
}

function coordinates(spot) {
  const where = `${spot.latitude.toFixed(5)}, ${spot.longitude.toFixed(5)}`;
  const metres = Math.round(spot.accuracy);
  return metres ? where + say("accuracy", { metres }) : where;
}

// A file that is still on this phone is shown from there.
function file({ event: said, local }) {
  const url = local || address(said.file_id);
  const shown = said.media === "photo" && said.mime !== "image/heic" ? image(url, said.name) : attachment(url, said.name);
  return said.caption ? [shown, el("p", { class: "typed" }, said.caption)] : [shown];
}

function image(url, name) {
  return el("a", { href: url, target: "_blank", class: "picture" }, el("img", { src: url, alt: name || say("picture"), decoding: "async" }));
}

function attachment(url, name) {
  return el("p", null, el("a", { href: url, target: "_blank", class: "attachment", download: name }, name || say("attachment")));
}

function address(id) {
  return `/chat/files/${id.split("/").map(encodeURIComponent).join("/")}`;
}
