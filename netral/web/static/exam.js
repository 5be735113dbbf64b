/* The exam: every change of an answer is saved in the background.

form[data-autosave]  a question: saved on every change by POST to its action. Carries data-attempt (an id that no other
                     attempt has), data-slot, data-zone (IANA), data-zone-name (WITA) and the fields csrf_token, periode
                     and urutan (the sequence of the next save, one above the stored one).
[data-attempt]       any other page of that attempt; data-flush="reload" loads it again once its queue is sent.
form[data-hand-in]   waits for the queue of its attempt; form[data-insisted] was pressed again.
.map-cell, [data-count] the map of questions follows what is saved. */
(() => {
  "use strict";
  const { one, all, say, offline, queue } = window.netral;
  const ANSWER = /^(jawaban|syarat)/;
  const LINKS = { 401: "Masuk lagi", 409: "Lihat hasil" };
  const FAILED = "Gagal tersimpan. Tekan Simpan dan lanjutkan untuk mencoba lagi.";
  const form = one("form[data-autosave]");
  const page = one("[data-attempt]");
  const mine = "netral:" + page.dataset.attempt + ":";
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

  /* ---- Answers in the form ---- */
  const keyOfForm = form ? mine + form.dataset.slot : null;
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
    queue.put(keyOfForm, { action: form.getAttribute("action"), period: form.elements.periode.value, sequence: number, fields: chosen() });
  };

  /* ---- What became of it ---- */
  const stale = (key, entry, data) => {
    const newer = queue.read(key);
    if (newer) { // chosen again while the save was on its way: it must come after what the server has
      newer.sequence = Math.max(newer.sequence, data.seq + 1);
      queue.put(key, newer);
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
  queue.watch(mine, ({ key, entry, status, data }) => {
    if (status === 200 && data.saved) {
      redraw(key, entry.fields);
      if (key === keyOfForm) say("Tersimpan" + at(data.saved_at));
    } else if (status === 200) {
      stale(key, entry, data);
    } else if (status === 0) {
      say("Belum tersimpan. Menunggu sambungan.");
    } else {
      say(queue.PROBLEMS[status] || FAILED, LINKS[status]);
    }
  });
  queue.wait("form[data-hand-in]", mine);

  const kept = form ? queue.read(keyOfForm) : null;
  if (kept && kept.sequence >= Number(sequence.value)) {
    show(asAnswer(kept.fields));
    if (form.elements.ragu) form.elements.ragu.checked = kept.fields.some(([name]) => name === "ragu");
    sequence.value = kept.sequence + 1;
  }
  if (queue.waiting(mine).length) {
    say("Menyimpan…");
    queue.flush().then(() => {
      if (page.dataset.flush === "reload" && !queue.waiting(mine).length) location.reload();
    });
  }
  if (form) {
    form.addEventListener("change", () => {
      enqueue();
      say("Menyimpan…");
      queue.flush();
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
})();
