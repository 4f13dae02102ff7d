// A little Markdown (bold, italics, code, links, lists) as DOM nodes.

import { el } from "./dom.js";

const INLINE = new RegExp(
  [
    /\\([\\`*_{}[\]()#+\-.!~<>|&])/, // 1: escaped
    /`([^`\n]+)`/, // 2: code
    /(\*\*|__)(?=\S)([\s\S]*?\S)\3/, // 3, 4: bold
    /([*_])(?=\S)([^*_\n]*?[^\s*_])\5/, // 5, 6: italics
    /\[([^\]\n]+)\]\(([^()\s]+)\)/, // 7, 8: link
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;
const WORD = /[\p{L}\p{N}]/u;
const DEEPEST = 4;

export function markdown(text) {
  const fragment = document.createDocumentFragment();
  for (const block of blocks(text)) {
    if (block.kind === "paragraph") fragment.append(el("p", null, ...lines(block.lines)));
    else fragment.append(list(block));
  }
  return fragment;
}

function blocks(text) {
  const found = [];
  let open = null;
  for (const line of text.split("\n")) {
    const item = /^\s{0,3}(?:([-*•])|(\d{1,3})[.)])\s+(.*)$/.exec(line);
    if (!line.trim()) {
      open = null;
    } else if (item) {
      const kind = item[1] ? "ul" : "ol";
      if (!open || open.kind !== kind) found.push((open = { kind, start: item[2], lines: [] }));
      open.lines.push(item[3]);
    } else {
      if (!open || open.kind !== "paragraph") found.push((open = { kind: "paragraph", lines: [] }));
      open.lines.push(line);
    }
  }
  return found;
}

function list(block) {
  const items = block.lines.map((line) => el("li", null, ...inline(line, 0)));
  return el(block.kind, { start: block.kind === "ol" ? block.start : null }, ...items);
}

function lines(texts) {
  // Emphasis may span lines, so the lines are joined before they are read.
  const heading = /^#{1,6}\s+(.*)$/;
  const nodes = [];
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), 0));
    plain = [];
  };
  for (const text of texts) {
    const match = heading.exec(text);
    if (!match) {
      plain.push(text);
      continue;
    }
    flush();
    nodes.push(el("strong", { class: "heading" }, ...inline(match[1], 1)));
  }
  flush();
  return nodes;
}

function inline(text, depth) {
  if (depth > DEEPEST) return [text];
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const node = styled(match, text, depth);
    if (node === null) continue;
    nodes.push(text.slice(from, match.index), node);
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

function styled(match, text, depth) {
  if (match[1]) return match[1];
  if (match[2]) return el("code", null, match[2]);
  if (match[4]) return el("strong", null, ...inline(match[4], depth + 1));
  if (match[6]) {
    // household_size is one word, not a word with italics in it.
    const inWord = WORD.test(text[match.index - 1] || "") || WORD.test(text[match.index + match[0].length] || "");
    if (match[5] === "_" && inWord) return null;
    return el("em", null, ...inline(match[6], depth + 1));
  }
  if (!SAFE_LINK.test(match[8])) return null;
  return el("a", { href: match[8], target: "_blank", rel: "noopener noreferrer" }, ...inline(match[7], depth + 1));
}
