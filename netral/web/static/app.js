/* Netral in the browser: comfort only, every page works without it.

form[data-autosave]  a question of the exam: saved on every change by POST to its action. Carries data-attempt (an id that no
                     other attempt has), data-slot, data-zone (IANA), data-zone-name (WITA) and the fields csrf_token, periode
                     and urutan (the sequence of the next save, one above the stored one).
[data-attempt]       any other page of that attempt; data-flush="reload" loads it again once its queue is sent.
form[data-hand-in]   waits for the queue of its attempt, form[data-logout] for all of it; a second press goes through.
                     [data-clear-attempt] (result page) and signing out empty it.
.map-cell, [data-count] the map of questions follows what is saved.
[data-status]        the status line; [data-offline] is shown while nothing gets through.
[data-deadline]      with data-now (both ISO 8601, the server's): [data-remaining] inside it is redrawn each minute,
                     [data-clock-status] speaks at five minutes and at one.
[data-error-summary] gets the focus. [data-show-password=id], [data-print], [data-copy=id][data-done=text]: buttons.
body[data-person]    a mark of who is signed in: what somebody else left in the queue is thrown away, never sent.
The queue is in localStorage as netral:<attempt>:<slot>: ids of options, the period, that mark. Every page of who is signed
in sends it. Only an answer of ours takes an entry out, never that of a captive portal or a proxy. */
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const ANSWER = /^(jawaban|syarat)/;

  /* ---- Queue: what is chosen and not yet acknowledged ---- */
  const storage = (() => {
    try {
      localStorage.setItem("netral", "");
      localStorage.removeItem("netral");
      return localStorage;
    } catch (error) { // switched off or full: this page alone remembers
      const memory = new Map();
      return {
        getItem: (key) => (memory.has(key) ? memory.get(key) : null),
        setItem: (key, value) => memory.set(key, value),
        removeItem: (key) => memory.delete(key),
        key: (index) => Array.from(memory.keys())[index],
        get length() { return memory.size; },
      };
    }
  })();
  const form = one("form[data-autosave]");
  const page = one("[data-attempt]");
  const attempt = page ? page.dataset.attempt : null;
  const person = document.body.dataset.person;
  const keysOf = (prefix) => Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) => key.startsWith(prefix));
  const mine = attempt ? "netral:" + attempt + ":" : "none";
  const waiting = () => keysOf(mine);
  const read = (key) => {
    try { return JSON.parse(storage.getItem(key)); } catch (error) { return null; }
  };
  const write = (key, entry) => storage.setItem(key, JSON.stringify(entry));
  const forget = (prefix) => keysOf(prefix).forEach((key) => storage.removeItem(key));

  /* ---- What the page says ---- */
  const say = (text, link) => {
    let line = one("[data-status]");
    if (!line) {
      one("main").insertAdjacentHTML("afterbegin", '<p role="status" data-status></p>');
      line = one("[data-status]");
    }
    if (line.textContent === text + (link ? " " + link : "")) return;
    line.textContent = text;
    if (!link) return;
    const anchor = document.createElement("a"); // the same address: the server leads on to the login or the result
    anchor.href = location.pathname + location.search;
    anchor.textContent = link;
    line.append(" ", anchor);
  };
  const offline = (is) => all("[data-offline]").forEach((banner) => { banner.hidden = !is; });
  const clockTime = (moment) => {
    try {
      const time = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: form.dataset.zone });
      return time.format(new Date(moment)).replace(":", ".") + " " + form.dataset.zoneName;
    } catch (error) {
      return "";
    }
  };
  const at = (moment) => {
    const time = moment ? clockTime(moment) : "";
    return time ? " pukul " + time : "";
  };
  const PROBLEMS = {
    400: "Halaman ini terlalu lama terbuka. Jawaban Anda masih ada; tekan Simpan dan lanjutkan.",
    401: "Sesi Anda berakhir. Jawaban disimpan di ponsel ini dan dikirim setelah Anda masuk lagi.",
    409: "Ujian sudah ditutup. Jawaban terakhir tidak ikut tersimpan.",
  };
  const LINKS = { 401: "Masuk lagi", 409: "Lihat hasil" };
  const FAILED = "Gagal tersimpan. Tekan Simpan dan lanjutkan untuk mencoba lagi.";

  /* ---- Answers in the form ---- */
  const keyOfForm = form ? "netral:" + attempt + ":" + form.dataset.slot : null;
  const sequence = form ? form.elements.urutan : null;
  const chosen = () => Array.from(new FormData(form)).filter(([name, value]) => value && (ANSWER.test(name) || name === "ragu"));
  const asAnswer = (fields) => {
    const answer = {};
    fields.forEach(([name, value]) => {
      if (ANSWER.test(name)) (answer[name] = answer[name] || []).push(value);
    });
    return answer;
  };
  const normal = (answer) => JSON.stringify(Object.keys(answer || {}).filter((name) => answer[name].length).sort().map((name) => [name, answer[name].slice().sort()]));
  const show = (answer) => Array.from(form.elements).forEach((control) => {
    if (!ANSWER.test(control.name)) return;
    const values = answer[control.name] || [];
    if (control.tagName === "SELECT") control.value = values[0] || "";
    else control.checked = values.includes(control.value);
  });
  /* The map of questions, which is on the page twice: MARKS as in macros/question.html. */
  const MARKS = { terjawab: ["✓", "terjawab"], ragu: ["?", "ragu-ragu"], belum: ["–", "belum dijawab"] };
  const redraw = (key, fields) => {
    const cells = all('.map-cell[value="ke:' + key.split(":").pop() + '"]');
    if (!cells.length) return;
    const answered = fields.some(([name]) => name !== "ragu");
    const is = { terjawab: answered, belum: !answered, ragu: fields.some(([name]) => name === "ragu") };
    all("[data-count]").forEach((count) => {
      const state = count.dataset.count;
      count.textContent = Number(count.textContent) + is[state] - cells[0].classList.contains(state);
    });
    const states = Object.keys(is).filter((state) => is[state]);
    const tell = (part, between) => states.map((state) => MARKS[state][part]).join(between);
    cells.forEach((cell) => {
      const here = cell.hasAttribute("aria-current");
      cell.className = "map-cell " + states.join(" ");
      cell.setAttribute("aria-label", "Soal " + cell.value.slice(3) + ", " + tell(1, ", ") + (here ? ", sedang dibuka" : ""));
      if (!here) cell.querySelector(".mark").textContent = tell(0, "");
    });
  };
  const enqueue = () => {
    const number = Number(sequence.value);
    sequence.value = number + 1;
    const period = form.elements.periode.value;
    write(keyOfForm, { action: form.getAttribute("action"), period, sequence: number, fields: chosen(), person });
  };

  /* ---- Sending: one at a time, in order, until it is acknowledged ---- */
  const isOurs = ({ saved, seq, answer, error, message }, status, sequence) => {
    if (status !== 200 && status !== 409) return error && message;
    if (typeof saved !== "boolean" || !answer) return false;
    return status === 409 ? !saved : saved ? seq === sequence : seq >= sequence;
  };
  const ask = async (key, entry) => {
    const token = one("input[name=csrf_token]");
    const about = [["periode", entry.period || ""], ["percobaan", key.split(":")[1]], ["urutan", entry.sequence]];
    const body = new URLSearchParams(entry.fields.concat([["csrf_token", token ? token.value : ""]], about));
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 15000);
    try {
      // Our server redirects no script: a redirect is a portal's, and must not get the answer.
      const response = await fetch(entry.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", keepalive: true, redirect: "error", signal: limit.signal });
      const { status } = response;
      const data = await response.json();
      if (!isOurs(data, status, entry.sequence)) return { status: 0 };
      setClock(response.headers.get("Date"));
      return { status, data };
    } catch (error) {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
    }
  };
  const stale = (key, entry, data) => {
    const newer = read(key);
    if (newer) { // chosen again while the save was on its way: it must come after what the server has
      newer.sequence = Math.max(newer.sequence, data.seq + 1);
      write(key, newer);
    }
    if (key !== keyOfForm) return;
    sequence.value = Math.max(Number(sequence.value), data.seq + (newer ? 2 : 1));
    if (newer || normal(data.answer) === normal(asAnswer(entry.fields))) {
      say("Tersimpan" + at(data.saved_at));
    } else {
      show(data.answer || {});
      redraw(key, chosen());
      say("Jawaban soal ini diubah dari perangkat lain" + at(data.saved_at) + ".");
    }
  };
  const send = async (key) => {
    const entry = read(key);
    if (!entry || !Array.isArray(entry.fields)) return storage.removeItem(key);
    const { status, data } = await ask(key, entry);
    offline(status === 0);
    if (status === 200 || status === 409) {
      const now = read(key);
      if (now && now.sequence === entry.sequence) storage.removeItem(key);
    }
    if (!key.startsWith(mine)) { // it belongs to another attempt: not shown here
      if (status === 409) say(PROBLEMS[409]);
    } else if (status === 200 && data.saved) {
      redraw(key, entry.fields);
      if (key === keyOfForm) say("Tersimpan" + at(data.saved_at));
    } else if (status === 200) {
      stale(key, entry, data);
    } else if (status === 0) {
      say("Belum tersimpan. Menunggu sambungan.");
    } else {
      say(PROBLEMS[status] || FAILED, LINKS[status]);
    }
    return status;
  };
  let running = null;
  let retry = null;
  let pause = 2000;
  const drain = async () => {
    const refused = new Set(); // one that the server will not take must not hold up the others
    const next = () => waiting().concat(keysOf("netral:")).find((key) => !refused.has(key));
    for (let key = next(); key; key = next()) {
      const status = await send(key);
      if (status === 401) return;
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

  keysOf("netral:").forEach((key) => {
    const entry = read(key);
    if (!entry || (person && entry.person && entry.person !== person)) storage.removeItem(key);
  });
  all("[data-clear-attempt]").forEach((mark) => forget("netral:" + mark.dataset.clearAttempt + ":"));

  const kept = form ? read(keyOfForm) : null;
  if (kept && kept.sequence >= Number(sequence.value)) {
    show(asAnswer(kept.fields));
    if (form.elements.ragu) form.elements.ragu.checked = kept.fields.some(([name]) => name === "ragu");
    sequence.value = kept.sequence + 1;
  }
  if (attempt || person) {
    const begun = waiting().length;
    if (begun) say("Menyimpan…");
    flush().then(() => {
      if (begun && page.dataset.flush === "reload" && !waiting().length) location.reload();
    });
    addEventListener("online", () => {
      pause = 2000;
      offline(false);
      flush();
    });
    addEventListener("offline", () => offline(true));
    offline(!navigator.onLine);
  }
  if (form) {
    form.addEventListener("change", () => {
      enqueue();
      say("Menyimpan…");
      flush();
    });
    form.addEventListener("submit", (event) => {
      if (navigator.onLine || form.dataset.insisted) return;
      event.preventDefault(); // a page that cannot load would hide the answer; a second press goes through
      form.dataset.insisted = "1";
      enqueue();
      offline(true);
      say("Belum tersimpan. Menunggu sambungan.");
    });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  /* ---- Handing in and signing out wait for the queue ---- */
  const wait = (selector, prefix, after) => all(selector).forEach((target) => target.addEventListener("submit", (event) => {
    if (target.dataset.insisted || !keysOf(prefix).length) return after();
    event.preventDefault();
    say("Mengirim jawaban yang tertunda…");
    flush().then(() => {
      target.dataset.insisted = "1";
      if (keysOf(prefix).length) say("Ada jawaban yang belum tersimpan. Menunggu sambungan. Tekan sekali lagi hanya bila jawaban itu boleh hilang.");
      else submits(target)[0].click();
    });
  }));
  wait("form[data-hand-in]", mine, () => {});
  wait("form[data-logout]", "netral:", () => forget("netral:"));

  /* ---- A form is sent once ---- */
  const submits = (target) => Array.from(target.elements).filter((control) => control.tagName === "BUTTON" && control.type === "submit");
  const release = (target) => {
    delete target.dataset.sent;
    submits(target).forEach((button) => { button.disabled = false; });
  };
  document.addEventListener("submit", (event) => {
    const target = event.target;
    if (event.defaultPrevented || target.getAttribute("method") !== "post") return;
    if (target.dataset.sent) {
      event.preventDefault();
      return;
    }
    target.dataset.sent = "1";
    all("[data-show-password]").forEach((button) => { document.getElementById(button.dataset.showPassword).type = "password"; });
    // Later, so that the pressed button's own name and value are still sent.
    setTimeout(() => submits(target).forEach((button) => { button.disabled = true; }), 0);
    setTimeout(() => release(target), 8000);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) all("form").forEach(release); });

  /* ---- Clock: minutes only, by the server's time and what has passed since it was told ---- */
  const clock = one("[data-deadline]");
  const deadline = clock ? Date.parse(clock.dataset.deadline) : 0;
  let told; // the server's time, and what the phone's two clocks said then
  const setClock = (text) => {
    const now = Date.parse(text);
    if (now) told = { now, steady: performance.now(), wall: Date.now() };
  };
  if (clock) {
    setClock(clock.dataset.now);
    const shown = clock.querySelector("[data-remaining]");
    const spoken = one("[data-clock-status]");
    let before = deadline - told.now;
    let asked = 0;
    const tick = () => {
      const passed = performance.now() - told.steady;
      // They differ after the phone slept (the steady one may stop) or was set: only the server knows.
      if (Math.abs(Date.now() - told.wall - passed) > 5000 && performance.now() > asked) {
        asked = performance.now() + 60000;
        fetch(location.href).then((response) => response.text()).then((text) => {
          const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-deadline]");
          setClock(fresh.dataset.now);
          tick();
        }).catch(() => {}); // no signal, or not our page: ask again in a minute
      }
      const left = deadline - told.now - passed;
      const text = left <= 0 ? "habis" : left < 60000 ? "kurang dari 1 menit" : Math.ceil(left / 60000) + " menit";
      if (shown.textContent !== text) shown.textContent = text;
      [5, 1].forEach((minutes) => {
        if (before > minutes * 60000 && left <= minutes * 60000 && spoken) {
          spoken.textContent = "Sisa waktu " + minutes + " menit." + (waiting().length ? "" : " Jawaban Anda sudah tersimpan.");
        }
      });
      if (before > 0 && left <= 0) flush().then(() => location.reload());
      before = left;
    };
    tick();
    setInterval(tick, 5000);
    document.addEventListener("visibilitychange", tick);
  }

  /* ---- Small comforts ---- */
  const summary = one("[data-error-summary]");
  if (summary) summary.focus();
  const enable = (selector, act) => all(selector).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  });
  enable("[data-print]", () => print());
  addEventListener("beforeprint", () => all("main details").forEach((fold) => { fold.open = true; }));
  enable("[data-show-password]", (button) => {
    const field = document.getElementById(button.dataset.showPassword);
    const visible = field.type === "password";
    field.type = visible ? "text" : "password";
    button.textContent = visible ? "Sembunyikan" : "Tampilkan";
  });
  enable("[data-copy]", (button) => {
    const source = document.getElementById(button.dataset.copy);
    source.select();
    const done = () => { button.textContent = button.dataset.done; };
    if (navigator.clipboard) navigator.clipboard.writeText(source.value).then(done);
    else if (document.execCommand("copy")) done();
  });
})();
