// Talking to the server. Every call ends: in an answer, or in one of the outcomes below.

export class Unreachable extends Error {}
export class SignedOut extends Error {}
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Whom this page belongs to. On a shared phone another tab may have signed somebody else in since:
// the server then refuses what is said here instead of taking it as theirs.
let person = "";

export function belongTo(whom) {
  person = whom;
}

const PATIENCE = 30000;
const PATIENCE_FOR_FILES = 300000;

export function history() {
  return call("/chat/history", {}, PATIENCE);
}

export function session() {
  return call("/chat/session", {}, PATIENCE);
}

export function signOut() {
  return call("/sign-out", { method: "POST" }, PATIENCE);
}

export function post(item) {
  const body = { client_id: item.clientId, event: item.event };
  if (item.message) body.message = String(item.message);
  if (item.label) body.label = item.label.slice(0, 200);
  return call(
    "/chat/messages",
    { method: "POST", headers: { "Content-Type": "application/json", ...own() }, body: JSON.stringify(body) },
    PATIENCE,
  );
}

export function upload(item) {
  const body = new FormData();
  body.append("client_id", item.clientId);
  body.append("file", item.file, item.name);
  return call("/chat/uploads", { method: "POST", headers: own(), body }, PATIENCE_FOR_FILES);
}

function own() {
  return { "X-Zoufang-Person": person };
}

async function call(url, options, patience) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const response = await fetch(url, { ...options, signal: stop.signal, credentials: "same-origin", cache: "no-store" });
    if (response.ok) return response.status === 204 ? {} : await response.json();
    await refuse(response);
  } catch (error) {
    if (error instanceof SignedOut || error instanceof Refused) throw error;
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

async function refuse(response) {
  if (response.status === 401) throw new SignedOut();
  let message = "";
  try {
    message = (await response.json()).message || "";
  } catch {
    // A proxy's own error page: what it says is of no use here.
  }
  if ([408, 425, 429, 502, 503, 504].includes(response.status)) throw new Unreachable(message);
  throw new Refused(response.status, message);
}
