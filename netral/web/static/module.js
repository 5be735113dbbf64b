/* A module: its text, which a reading (/bacaan/) has by itself, and reading it page by page. The pages read wait in queue.js; they are
sent when the reader leaves, and at most once a minute.

[data-terms]       the list of meanings at the foot, to which the first occurrence of each term leads; here it opens in place.
[data-speech]      a button, shown where the device itself has an Indonesian voice: reads aloud what stands around it, pauses, and goes
                   on. A picture is read by its description; citations, buttons and opened meanings are not read.
[data-keep]        a button: from now on readings that are opened are kept on the device, and the one at this address is opened. It
                   makes the cache, named by body[data-person], that bacaan.js (at data-worker) fills.
[data-kept]        is shown if the reading at this address is kept.
.page              [data-reached] was read before. Lanjut ([data-to]) counts its page as read.
form[data-finish]  Selesai membaca, and where one goes on. [data-contents] lists the pages with a mark of having been read.
[data-practice]    a question with its form; the server draws it anew with the feedback. [data-row]: a choice that every row needs.
The page before the first, if there is one, has the id 0 and is never unread. */
(() => {
  "use strict";
  const { one, all, post, say, sort, queue, pager } = window.netral;

  /* ---- Terms ---- */
  const meanings = one("[data-terms]");
  const toggle = (term) => {
    const shown = term.getAttribute("aria-expanded") === "true";
    term.setAttribute("aria-expanded", String(!shown));
    if (shown) return term.nextSibling.remove();
    const told = document.getElementById(term.hash.slice(1)).nextElementSibling;
    const expansion = (one("span", told) || told).textContent;
    const before = (term.previousSibling || term).textContent.toLowerCase();
    const spelled = before.endsWith(expansion.toLowerCase().replace(". ", " ("));
    const meaning = document.createElement("span");
    meaning.className = "meaning";
    meaning.textContent = (spelled ? told.lastChild : told).textContent;
    term.after(meaning);
  };
  if (meanings) {
    meanings.classList.add("leaf"); // printed all the same
    meanings.hidden = true;
    all("a.istilah").forEach((term) => {
      term.setAttribute("role", "button");
      term.setAttribute("aria-expanded", "false");
      term.onclick = term.onkeydown = (event) => {
        if (event.key && event.key !== " ") return;
        event.preventDefault();
        toggle(term);
      };
    });
  }

  /* ---- Reading aloud ---- */
  const speech = window.speechSynthesis;
  let voice;
  let speaker; // the button of what is read
  let texts; // not yet read to the end
  let said; // none while it pauses
  const read = (within) => all("h2, h3, h4, h5, p, li, dt, dd, th, td, img", within)
    .map((block) => (block.alt ? "Gambar: " + block.alt : [...block.childNodes].map((part) => (!part.matches || part.matches("a, strong, em, code") ? part.textContent : "")).join("")))
    .filter((text) => text.trim());
  const hush = (label) => {
    said = null;
    speech.cancel();
    if (speaker) speaker.textContent = label;
  };
  const stop = () => {
    hush("Bacakan");
    speaker = null;
  };
  const go = () => {
    if (!texts.length) return stop();
    const part = new SpeechSynthesisUtterance(texts[0]); // one for each block: a long one breaks off
    part.voice = voice;
    part.onend = part.onerror = () => {
      if (part !== said) return;
      texts.shift();
      go();
    };
    said = part;
    speech.speak(part);
  };
  const press = ({ target }) => {
    if (target !== speaker) {
      stop();
      speaker = target;
      texts = read(target.parentNode);
    }
    if (said) return hush("Lanjutkan");
    target.textContent = "Jeda";
    go();
  };
  const listen = () => { // voices are found a while after the page
    voice = speech.getVoices().find(({ lang, localService }) => localService && /^i(d|nd?)(?![a-z])/i.test(lang));
    all("[data-speech]").forEach((button) => { button.hidden = !voice; });
  };
  if (speech) {
    listen();
    speech.onvoiceschanged = listen;
    all("[data-speech]").forEach((button) => button.addEventListener("click", press));
    addEventListener("hashchange", stop);
    addEventListener("pagehide", stop);
  }

  /* ---- Kept readings ---- */
  const workers = navigator.serviceWorker;
  if (workers) {
    all("[data-keep]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => caches.open(document.body.dataset.person)
        .then(() => workers.register(button.dataset.worker, { scope: "/bacaan/" }))
        .then(() => location.assign(button.dataset.keep))
        .catch(() => say("Belum tersimpan. Periksa sambungan, lalu tekan tombol ini lagi.")));
    });
    all("[data-kept]").forEach((part) => caches.match(part.dataset.kept).then((kept) => { part.hidden = !kept; }));
    if (!workers.controller) workers.ready.then(() => location.reload()); // not ready yet when this reading was asked for
  }

  const finish = one("form[data-finish]");
  if (!finish) return;
  const MINUTE = 60000;
  const pages = all(".page");
  const last = pages[pages.length - 1];
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
    const fields = [...new Set(queued().concat(page.id))].map((number) => ["halaman", number]);
    queue.put(key, { action, period, sequence: before ? before.sequence + 1 : 1, fields });
    mark(page);
    timer = timer || setTimeout(send, Math.max(0, sent + MINUTE - Date.now()));
  };
  const leave = () => { if (queued().length) send(); };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("pagehide", leave);

  queue.watch(key, (told) => {
    if (told.key !== key || !told.entry.fields.some(([, number]) => number === last.id)) return;
    if (told.status !== 200) queue.explain(told.status, "Bacaan");
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
  one("main").addEventListener("click", (event) => { // before the pager, which turns the page
    const page = turner.current();
    const to = event.target.closest("[data-to]");
    if (to && to.dataset.to - page.id > 0 && unread(page)) record(page);
  });
  const beginning = (page) => (page && page.id === "1" ? pages[0] : page);
  const turner = pager(pages, {
    first: queued().includes(last.id) ? last : beginning(pages.find(unread)),
    onShow: (page) => {
      pages.forEach((each) => linkTo(each).removeAttribute("aria-current"));
      linkTo(page).setAttribute("aria-current", "page");
    },
  });

  /* ---- Practice ---- */
  const check = async (form) => {
    const response = await post(form.action, new FormData(form));
    const { html, error } = await response.json();
    if (error) return form.submit(); // the server says why on a page of its own
    if (typeof html !== "string") throw new Error("not ours");
    const place = form.closest("[data-practice]");
    place.insertAdjacentHTML("afterend", html);
    const drawn = place.nextElementSibling;
    place.remove();
    sort(drawn);
    const target = one(".group-error input, .group-error [data-row], .feedback", drawn);
    const told = target.matches(".feedback");
    turner.entitle(told ? "" : "Galat: ");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: told ? "start" : "center" });
  };
  one("main").addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-practice]")) return;
    event.preventDefault();
    const button = one("button", form);
    const before = one("[role=alert]", form);
    if (before) before.remove();
    button.disabled = true;
    check(form).catch(() => {
      button.disabled = false;
      button.focus();
      button.insertAdjacentHTML("beforebegin", '<p class="error-text" role="alert">Jawaban belum terkirim. Periksa sambungan, lalu tekan tombol ini lagi.</p>');
    });
  });
})();
