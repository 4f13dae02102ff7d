// The page's own words, in the language of the session. They come from the server's catalogue.

let words = {};
let language = "zh";

export function speak(session) {
  language = session.language;
  words = session.words;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = say(element.dataset.word);
  }
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.setAttribute("aria-label", say(element.dataset.wordLabel));
  }
}

export function say(key, values) {
  const text = words[key] || "";
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : text;
}

export function spoken() {
  return language;
}
