/* Reading a module page by page. The pages read wait in queue.js; they are sent when the reader leaves, and at most once a minute.

.page              [data-reached] was read before. [data-turn] holds the buttons [data-to]: Lanjut counts its page as read.
form[data-finish]  Selesai membaca, and where one goes on. [data-contents] lists the pages with a mark of having been read.
[data-practice]    a question with its form; the server draws it anew with the feedback. */
(() => {
  "use strict";
  const { one, all, say, queue, pager } = window.netral;
  const MINUTE = 60000;
  const pages = all(".page");
  const last = pages[pages.length - 1];
  const finish = one("form[data-finish]");
  const action = finish.getAttribute("action");
  const period = finish.elements.periode.value;
  const key = "netral:baca:" + period + ":" + action.split("?")[0].split("/").pop();

  /* ---- How far it was read ---- */
  const queued = () => {
    const entry = queue.read(key);
    return entry ? entry.fields.map(([, number]) => number) : [];
  };
  const linkTo = (page) => one('[data-contents] a[href="#' + page.id + '"]');
  const mark = (page) => {
    page.dataset.reached = "";
    linkTo(page).nextElementSibling.hidden = false;
  };
  let sent = Date.now();
  let timer = null;
  const send = () => {
    clearTimeout(timer);
    timer = null;
    sent = Date.now();
    return queue.flush();
  };
  const record = (page) => {
    const before = queue.read(key);
    const fields = Array.from(new Set(queued().concat(page.id)), (number) => ["halaman", number]);
    queue.put(key, { action, period, sequence: before ? before.sequence + 1 : 1, fields });
    mark(page);
    timer = timer || setTimeout(send, Math.max(0, sent + MINUTE - Date.now()));
  };
  const leave = () => { if (queued().length) send(); };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("pagehide", leave);

  const PROBLEMS = {
    0: "Belum tersimpan. Menunggu sambungan.",
    400: "Halaman ini terlalu lama terbuka. Bacaan Anda masih ada.",
    401: "Sesi Anda berakhir. Bacaan disimpan di ponsel ini dan dikirim setelah Anda masuk lagi.",
  };
  const LINKS = { 400: "Muat ulang", 401: "Masuk lagi" };
  queue.watch(key, (told) => {
    if (told.key !== key || !told.entry.fields.some(([, number]) => number === last.id)) return;
    if (told.status !== 200) say(PROBLEMS[told.status] || "Gagal tersimpan. Tekan Selesai membaca untuk mencoba lagi.", LINKS[told.status]);
    else if (turner.current() === last) location.assign(finish.dataset.finish);
    else say("Modul selesai dibaca.");
  });
  finish.addEventListener("submit", (event) => {
    event.preventDefault();
    record(last);
    say("Menyimpan…");
    send();
  });

  /* ---- Turning pages ---- */
  const unread = (page) => page.dataset.reached === undefined;
  queued().forEach((number) => { if (document.getElementById(number)) mark(document.getElementById(number)); });
  all("[data-turn]").forEach((buttons) => { buttons.hidden = false; });
  one("main").addEventListener("click", (event) => { // before the pager, which turns the page
    const page = turner.current();
    const to = event.target.closest("[data-to]");
    if (to && to.dataset.to - page.id > 0 && unread(page)) record(page);
  });
  const title = document.title;
  const entitle = (page, prefix) => { document.title = prefix + page.querySelector("h2").textContent + " – " + title; };
  const turner = pager(pages, {
    first: queued().includes(last.id) ? last : pages.find(unread),
    onShow: (page) => {
      entitle(page, "");
      pages.forEach((each) => linkTo(each).removeAttribute("aria-current"));
      linkTo(page).setAttribute("aria-current", "page");
    },
  });

  /* ---- Practice ---- */
  const check = async (form) => {
    const response = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error" });
    const { html, error } = await response.json();
    if (error) return form.submit(); // the server says why on a page of its own
    if (typeof html !== "string") throw new Error("not ours");
    const place = form.closest("[data-practice]");
    place.insertAdjacentHTML("afterend", html);
    const drawn = place.nextElementSibling;
    place.remove();
    const target = drawn.querySelector(".group-error input, .feedback");
    entitle(turner.current(), target.tagName === "INPUT" ? "Galat: " : "");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: target.tagName === "INPUT" ? "center" : "start" });
  };
  one("main").addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-practice]")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const before = form.querySelector("[role=alert]");
    if (before) before.remove();
    button.disabled = true;
    check(form).catch(() => {
      button.disabled = false;
      button.focus();
      button.insertAdjacentHTML("beforebegin", '<p class="error-text" role="alert">Jawaban belum terkirim. Periksa sambungan, lalu tekan tombol ini lagi.</p>');
    });
  });
})();
