// Times of day and names of days, in the phone's own time zone.

import { say, spoken } from "./words.js";

export function timeOfDay(iso) {
  return new Date(iso).toLocaleTimeString(spoken(), { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function dayOf(iso) {
  return startOfDay(new Date(iso)).getTime();
}

export function nameOfDay(iso) {
  const day = startOfDay(new Date(iso));
  const ago = Math.round((startOfDay(new Date()) - day) / 86400000);
  if (ago === 0) return say("today");
  if (ago === 1) return say("yesterday");
  return day.toLocaleDateString(spoken(), { year: "numeric", month: "long", day: "numeric" });
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}
