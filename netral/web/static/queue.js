/* Every page of a person signed in: choices that the server has not acknowledged yet, in localStorage; those that it has, in
sessionStorage until the next page.

netral:<attempt>:<slot> is an answer of the exam, netral:baca:<periode>:<slug> how far a module was read; an entry is
{action, period, sequence, fields, person}. They are sent one at a time. Only an answer of our server takes one out, never
that of a portal or a proxy: JSON with `saved` and `seq`, the sequence sent or, if it has a newer one, at least that.
explain(status, what) says that `what` ("Jawaban") did not get through, and why.
watch(prefix, told): told({key, entry, status, data}) after each try, status 0 if nothing of ours came back; watched go first.

body[data-person]    a mark of who is signed in: what somebody else left is thrown away, never sent.
[data-attempt]       whose queue form[data-hand-in] waits for; [data-flush] is loaded again once it is sent.
[data-tasks]         tells how far one has read, and is loaded again once that is sent.
form[data-logout]    waits for all and empties it; [data-clear-attempt] empties that of one attempt. */
(() => {
  "use strict";
  const { one, all, post, say, offline, submits, forget: forgetReadings } = window.netral;
  const READING = "netral:baca:";
  const CLOSED = "Ujian sudah ditutup. Jawaban terakhir tidak ikut tersimpan.";
  const explain = (status, what) => {
    const [text, link] = {
      0: ["Belum tersimpan. Menunggu sambungan."],
      400: ["Halaman ini terlalu lama terbuka. " + what + " Anda masih ada di ponsel ini; muat ulang halaman.", "Muat ulang"],
      401: ["Sesi Anda berakhir. " + what + " disimpan di ponsel ini dan dikirim setelah Anda masuk lagi.", "Masuk lagi"],
      409: [CLOSED, "Lihat hasil"],
    }[status] || ["Gagal tersimpan. " + what + " ada di ponsel ini dan dikirim lagi otomatis."];
    say(text, link);
  };

  const open = (name) => { // where it is switched off, this page alone remembers
    try { return window[name] || {}; } catch (error) { return {}; }
  };
  const disk = open("localStorage");
  const memory = {}; // what the disk has no room for
  const keep = (store, key, text, full) => {
    try { store[key] = text; } catch (error) { full[key] = text; }
  };
  const get = (key) => memory[key] || disk[key];
  const drop = (key) => {
    delete memory[key];
    delete disk[key];
  };
  // What the page before this one saved last: this one may have been drawn before that.
  const tab = open("sessionStorage");
  const overtook = { ...tab };
  const clear = () => { for (const key in tab) delete tab[key]; };
  clear();
  const person = document.body.dataset.person;
  const attempt = one("[data-attempt]");
  const mine = "netral:" + (attempt ? attempt.dataset.attempt : "none") + ":";
  const watchers = new Map();
  const waiting = (prefix) => Object.keys({ ...disk, ...memory }).filter((key) => key.startsWith(prefix));
  const parse = (text) => {
    try { return JSON.parse(text); } catch (error) { return null; }
  };
  const read = (key) => parse(get(key));
  const overtaken = (key) => parse(overtook[key]);
  const put = (key, entry) => {
    delete memory[key];
    keep(disk, key, JSON.stringify({ person, ...entry }), memory);
  };
  const forget = (prefix) => waiting(prefix).forEach(drop);

  /* ---- Sending: one at a time, in order, until it is acknowledged ---- */
  const isOurs = (key, { saved, seq, answer, error, message }, status, sequence) => {
    if (status !== 200 && status !== 409) return error && message;
    if (typeof saved !== "boolean" || !(answer || key.startsWith(READING))) return false;
    return status === 409 ? !saved : saved ? seq === sequence : seq >= sequence;
  };
  const ask = async (key, entry) => {
    const token = one("input[name=csrf_token]");
    const about = [["csrf_token", token ? token.value : ""], ["periode", entry.period || ""], ["urutan", entry.sequence]];
    if (!key.startsWith(READING)) about.push(["percobaan", key.split(":")[1]]);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 15000);
    try {
      const response = await post(entry.action, entry.fields.concat(about), { keepalive: true, signal: limit.signal });
      const { status } = response;
      const data = await response.json();
      if (!isOurs(key, data, status, entry.sequence)) return { status: 0 };
      if (window.netral.setClock) window.netral.setClock(response.headers.get("Date"), data.ends_at);
      return { status, data };
    } catch (error) {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
    }
  };
  const send = async (key) => {
    const text = get(key);
    const entry = parse(text);
    if (!entry || !Array.isArray(entry.fields)) return drop(key);
    const { status, data } = await ask(key, entry);
    offline(status === 0);
    if (status === 200 || status === 409) {
      if (get(key) === text) drop(key); // else chosen again meanwhile
      if (data.saved) keep(tab, key, text, {});
    }
    const watched = [...watchers.keys()].find((prefix) => key.startsWith(prefix));
    if (watched) watchers.get(watched)({ key, entry, status, data });
    else if (status === 409) say(CLOSED); // of another attempt, which is not shown here
    return status;
  };
  let running = null;
  let retry = null;
  let pause = 2000;
  const drain = async () => {
    const refused = new Set(); // one that the server will not take must not hold up the others
    const next = () => [...watchers.keys(), "netral:"].flatMap(waiting).find((key) => !refused.has(key));
    for (let key = next(); key; key = next()) {
      const status = await send(key);
      if (status === 401) {
        forgetReadings();
        return status;
      }
      if (status === 0 || status === 429 || status >= 500) {
        retry = setTimeout(flush, pause);
        pause = Math.min(pause * 2, 60000);
        return;
      }
      if (status && status !== 200 && status !== 409) refused.add(key);
      else pause = 2000;
    }
  };
  const flush = () => {
    clearTimeout(retry);
    running = running || drain().finally(() => { running = null; });
    return running;
  };

  waiting("netral:").forEach((key) => {
    const entry = read(key);
    if (!entry || (person && entry.person && entry.person !== person)) drop(key);
  });
  all("[data-clear-attempt]").forEach((mark) => forget("netral:" + mark.dataset.clearAttempt + ":"));
  document.addEventListener("DOMContentLoaded", () => { // after the scripts that watch
    if (!person && !watchers.size) return;
    const awaited = one("[data-tasks]") ? READING : mine;
    const begun = waiting(awaited).length;
    flush().then(() => {
      if (begun && one("[data-flush], [data-tasks]") && !waiting(awaited).length) location.reload();
    });
    addEventListener("online", () => {
      pause = 2000;
      offline(false);
      flush();
    });
    addEventListener("offline", () => offline(true));
    offline(!navigator.onLine);
  });

  /* ---- Handing in and signing out wait for the queue ---- */
  const wait = (selector, prefix, after) => all(selector).forEach((target) => target.addEventListener("submit", (event) => {
    const left = () => waiting(prefix).map(get).join();
    const unreached = target.dataset.handIn !== undefined && !navigator.onLine; // its page would be gone
    if (target.dataset.insisted === left() || !(left() || unreached)) return after && after();
    event.preventDefault();
    say("Mengirim jawaban yang tertunda…");
    flush().then((status) => {
      const told = left();
      setTimeout(() => { target.dataset.insisted = told; }, 700); // after a double press
      if (status === 401) explain(401, "Jawaban");
      else if (!told && unreached) say("Tidak ada sambungan. Semua jawaban sudah tersimpan; kumpulkan saat sambungan kembali.");
      else if (told) say("Ada jawaban yang belum tersimpan. Menunggu sambungan. Tekan sekali lagi hanya bila jawaban itu boleh hilang.");
      else submits(target)[0].click();
    });
  }));
  wait("form[data-hand-in]", mine);
  wait("form[data-logout]", "netral:", () => {
    forget("netral:");
    clear();
  });

  const watch = (prefix, told) => watchers.set(prefix, told);
  window.netral.queue = { mine, explain, put, read, overtaken, waiting, forget, flush, watch };
})();
