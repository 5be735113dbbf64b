/* The service worker of /bacaan/; nothing else passes through it. It keeps each reading that is opened, with its style, scripts and
pictures, in the one cache that there is, named by who keeps it. Without a cache it keeps nothing: module.js makes it, page.js
deletes it. Keeping a reading deletes that of another edition.

A reading comes from the server if that answers soon, else from the device, for 14 days by the server's date. */
(() => {
  "use strict";
  const SOON = 5000;
  const FOURTEEN_DAYS = 1209600000;
  const slugOf = ({ url }) => url.split("/")[5]; // of a reading, none of a file
  const remove = async (isGone) => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const each of await cache.keys()) {
        if (slugOf(each) && isGone(each, await cache.match(each))) await cache.delete(each);
      }
    }
  };
  const keep = async (request, answer) => {
    const [name] = await caches.keys();
    if (!name || !answer.ok) return;
    const cache = await caches.open(name);
    await cache.addAll(new Set((await answer.clone().text()).match(/\/(static|gambar)\/[^"]+/g)));
    await remove((other) => slugOf(other) === slugOf(request));
    await cache.put(request, answer.clone());
  };
  const ask = async (request) => {
    const asked = fetch(request);
    const answer = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, SOON))]).catch(() => {});
    await remove((each, { headers }) => !(Date.parse(headers.get("date")) + FOURTEEN_DAYS > Date.now()));
    if (!answer || answer.status >= 500) return await caches.match(request) || asked;
    await keep(request, answer).catch(() => {}); // not whole, or no room
    return answer;
  };
  addEventListener("install", () => skipWaiting());
  addEventListener("fetch", (event) => {
    const { request } = event;
    event.respondWith(request.mode === "navigate" ? ask(request) : caches.match(request).then((kept) => kept || fetch(request)));
  });
})();
