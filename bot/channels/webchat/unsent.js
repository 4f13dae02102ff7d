// What was sent here and is not yet acknowledged, kept in IndexedDB so that it outlives the page.
// Where a browser has no IndexedDB, or forbids it, it is kept as long as the page.

const NAME = "zoufang";
const STORE = "unsent";

export class Unsent {
  constructor(person) {
    this.person = person;
    this.database = null;
  }

  // The items of this person, oldest first.
  async open() {
    try {
      this.database = await opened();
      const items = await done(this.store("readonly").getAll());
      return items.filter((item) => item.person === this.person);
    } catch {
      this.database = null;
      return [];
    }
  }

  async put(item) {
    item.person = this.person;
    await this.tried(async () => {
      item.order = await done(this.store("readwrite").put(item));
    });
  }

  async remove(item) {
    await this.tried(() => done(this.store("readwrite").delete(item.order)));
  }

  async clear(items) {
    for (const item of items) await this.remove(item);
  }

  async tried(work) {
    if (!this.database) return;
    try {
      await work();
    } catch {
      // Full or broken storage must not keep a message from being sent.
    }
  }

  store(mode) {
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
  return done(request);
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
