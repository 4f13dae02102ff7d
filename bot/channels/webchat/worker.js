// Lets the page open without a network, so that what was not sent can be seen and goes out later.
// It keeps the page and its assets, and nothing of the conversation.

const SHELL = "zoufang-shell";
const PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/") event.respondWith(page(request));
  else if (pathname.startsWith("/web/")) event.respondWith(asset(request));
});

async function page(request) {
  const kept = await caches.match("/");
  const stop = new AbortController();
  // Who has the page already does not wait for a bad network.
  const timer = kept && setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(request.url, { signal: stop.signal, credentials: "same-origin" });
    if (response.ok) await keep(response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

// Keeps the page, and forgets the assets of releases that it no longer names.
async function keep(response) {
  const shell = await caches.open(SHELL);
  const text = await response.clone().text();
  const addresses = [...new Set(text.match(/\/web\/[0-9a-f]+\/[\w.-]+/g))];
  for (const request of await shell.keys()) {
    if (!addresses.includes(new URL(request.url).pathname)) await shell.delete(request);
  }
  await Promise.all(addresses.map(async (address) => (await shell.match(address)) || shell.add(address)));
  await shell.put("/", response);
}

async function asset(request) {
  return (await caches.match(request)) || fetch(request);
}
