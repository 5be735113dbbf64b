/* The paper of an exam: one question at a time, and every change is saved in the background.

[data-attempt]      an id that no other attempt has, with data-zone (IANA) and data-zone-name (WITA).
form[data-paper]    never sent by a script: [data-plain] goes.
[data-question]     fields of question n begin with sn. and are saved without that by POST to /ujian/n. data-saved: its status
                    line; data-seconds: on the screen so far; [data-missing]: said when nothing is chosen.
[data-row]          a choice that every row needs; [data-row=once]: another one in every row.
[data-line], [data-said], [data-act], [data-group], [data-unanswered], [data-all-answered], [data-count]: the review and the
                    map follow what is chosen, saved or not.
[data-turn]         to the next part (1) or the one before (-1); [data-to=id] to that part.
[data-deadline]     of a timed exam, with data-now (ISO 8601, the server's); holds [data-remaining] and [data-until]. [data-clock-status]
                    speaks at five minutes and at one, and is seen while answers wait. */
(() => {
  "use strict";
  const { one, all, say, sort, queue, pager } = window.netral;
  const ANSWER = /^(jawaban|syarat)/;
  const MARKS = { terjawab: ["✓", "terjawab"], ragu: ["?", "ragu-ragu"], belum: ["–", "belum dijawab"] };
  const MOST_SECONDS = 600;
  const page = one("[data-attempt]");
  const form = one("form[data-paper]");
  const questions = all("[data-question]");
  const { mine } = queue;
  const at = (moment) => {
    try {
      const time = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: page.dataset.zone });
      return moment ? " pukul " + time.format(new Date(moment)).replace(":", ".") + " " + page.dataset.zoneName : "";
    } catch (error) { // a zone that an older phone does not know
      return "";
    }
  };

  const nameOf = (control) => control.name.slice(control.name.indexOf(".") + 1);
  const controlsOf = (question) => all("input, select", question);
  const sequenceOf = (question) => form.elements["s" + question.id + ".urutan"];
  const chosen = (question) => controlsOf(question)
    .filter((control) => control.value && (control.tagName === "SELECT" || control.checked))
    .map((control) => [nameOf(control), control.value]);
  const isDoubtful = (fields) => fields.some(([name]) => name === "ragu");
  const asAnswer = (fields) => {
    const answer = {};
    fields.forEach(([name, value]) => {
      if (ANSWER.test(name)) (answer[name] = answer[name] || []).push(value);
    });
    return answer;
  };
  const normal = (answer) => JSON.stringify(Object.keys(answer || {}).filter((name) => answer[name].length).sort().map((name) => [name, answer[name].slice().sort()]));
  const show = (question, answer) => {
    controlsOf(question).forEach((control) => {
      if (!ANSWER.test(nameOf(control))) return;
      const values = answer[nameOf(control)] || [];
      if (control.tagName === "SELECT") control.value = values[0] || "";
      else control.checked = values.includes(control.value);
    });
    sort(question);
  };
  const isComplete = (question) => all("fieldset", question).every((part) => {
    const rows = all("[data-row]", part);
    if (rows.length) return rows.every((row) => row.value && (!row.dataset.row || rows.filter((other) => other.value === row.value).length === 1));
    const condition = one(".depends :checked", part) && one("select", part);
    return one(":checked:not(option)", part) && (!condition || condition.value);
  });
  const letters = (question) => {
    if (one(".situation", question)) return "";
    const texts = all(".answer :checked + label", question).map((label) => {
      const text = label.textContent.trim();
      return one(".letter", label) ? text[0] : text;
    });
    return " (" + texts.join(", ") + ")";
  };

  /* ---- The map and the review: what is chosen, saved or not ---- */
  const redraw = () => {
    const found = { terjawab: [], ragu: [], belum: [] };
    questions.forEach((question) => {
      const fields = chosen(question);
      const doubtful = isDoubtful(fields);
      const answered = fields.length > doubtful;
      const complete = answered && isComplete(question);
      const states = [answered ? "terjawab" : "belum"].concat(doubtful ? "ragu" : []);
      states.forEach((state) => found[state].push(question.id));
      const tell = (part, between) => states.map((state) => MARKS[state][part]).join(between);
      const here = current === question;
      all('.map-cell[href="#' + question.id + '"]').forEach((cell) => {
        cell.className = "map-cell " + states.join(" ");
        cell.setAttribute("aria-label", "Soal " + question.id + ", " + tell(1, ", ") + (here ? ", sedang dibuka" : ""));
        if (here) cell.setAttribute("aria-current", "step");
        else cell.removeAttribute("aria-current");
        one(".mark", cell).textContent = here ? "●" : tell(0, "");
      });
      const line = one('[data-line="' + question.id + '"]');
      const said = !answered ? "Belum dijawab" : complete ? "Terjawab" + letters(question) : "Sebagian dijawab";
      one("[data-said]", line).textContent = said + (doubtful ? ", ragu-ragu" : "");
      one("[data-act]", line).textContent = complete ? "Ubah" : answered ? "Lengkapi" : "Jawab";
    });
    all("[data-count]").forEach((count) => { count.textContent = found[count.dataset.count].length; });
    all("[data-group]").forEach((group) => {
      const slots = found[group.dataset.group];
      group.hidden = !slots.length;
      one("ul", group).innerHTML = slots.map((slot) => '<li><a href="#' + slot + '">Soal ' + slot + "</a></li>").join("");
    });
    one("[data-unanswered]").hidden = !found.belum.length;
    one("[data-all-answered]").hidden = found.belum.length > 0;
  };

  let current = null;
  let since = performance.now();
  const spend = () => {
    const now = performance.now();
    if (since !== null && current && current.dataset.seconds) {
      current.dataset.seconds = Math.min(MOST_SECONDS, Number(current.dataset.seconds) + (now - since) / 1000);
    }
    since = document.hidden ? null : now;
  };
  const enqueue = (question) => {
    const sequence = Number(sequenceOf(question).value);
    sequenceOf(question).value = sequence + 1;
    spend();
    const fields = chosen(question).concat([["lama", Math.floor(question.dataset.seconds)]]);
    queue.put(mine + question.id, { action: form.getAttribute("action").replace("kerjakan", question.id), period: form.elements.periode.value, sequence, fields });
  };
  let notice = "";
  const stale = (question, key, entry, data) => {
    const newer = queue.read(key);
    if (newer) { // chosen again while the save was on its way: it must come after what the server has
      newer.sequence = Math.max(newer.sequence, data.seq + 1);
      queue.put(key, newer);
    }
    sequenceOf(question).value = Math.max(Number(sequenceOf(question).value), data.seq + (newer ? 2 : 1));
    if (newer || normal(data.answer) === normal(asAnswer(entry.fields))) return;
    show(question, data.answer);
    redraw();
    notice += "Jawaban soal " + question.id + " diubah dari perangkat lain" + at(data.saved_at) + ". ";
  };
  const told = (part) => {
    if (notice || !queue.waiting(mine).length) say(notice.trim() || part.dataset.saved || "");
  };
  queue.watch(mine, ({ key, entry, status, data }) => {
    const question = document.getElementById(key.slice(mine.length));
    if (status === 200 && question) {
      if (!data.saved) stale(question, key, entry, data);
      question.dataset.saved = "Tersimpan" + at(data.saved_at);
      told(question);
    } else {
      queue.explain(status, "Jawaban");
    }
  });

  const missing = (question) => {
    const text = one("[data-missing]", question);
    const hint = document.getElementById("s" + question.id + ".perintah");
    hint.after(text);
    text.hidden = false;
    question.classList.add("group-error");
    all("fieldset", question).forEach((part) => part.setAttribute("aria-describedby", hint.id + " " + text.id));
    turning.entitle("Galat: ");
    one(".answer input, [data-row]", all("fieldset", question).find((part) => !one(":checked:not(option)", part)) || question).focus();
  };
  const settle = (question) => {
    one("[data-missing]", question).hidden = true;
    question.classList.remove("group-error");
    turning.entitle("");
  };
  const parts = questions.concat([one("#tinjau"), one("#kumpulkan")]);
  const turned = (part, index) => {
    spend();
    if (questions.includes(current)) settle(current);
    current = part;
    form.hidden = index >= questions.length;
    one("[data-turn='-1']").hidden = index === 0;
    all("[data-to=tinjau]").forEach((button) => { button.hidden = part.id === "tinjau"; });
    one(".map-fold").open = false;
    told(part);
    redraw();
  };

  const restore = () => questions.forEach((question) => [queue.overtaken, queue.read].forEach((find) => {
    const kept = find(mine + question.id);
    if (!kept || kept.sequence < Number(sequenceOf(question).value)) return;
    show(question, asAnswer(kept.fields));
    form.elements["s" + question.id + ".ragu"].checked = isDoubtful(kept.fields);
    sequenceOf(question).value = kept.sequence + 1;
  }));
  restore();
  one("[data-plain]").remove();
  const turning = pager(parts, { onShow: turned });
  const turn = (step) => turning.show(parts[parts.indexOf(current) + step].id);
  all("[data-turn]").forEach((button) => button.addEventListener("click", () => turn(Number(button.dataset.turn))));
  document.addEventListener("visibilitychange", spend);
  if (queue.waiting(mine).length) say("Menyimpan…");
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (isComplete(question)) settle(question);
    notice = "";
    enqueue(question);
    redraw();
    say("Menyimpan…");
    queue.flush();
  });
  addEventListener("storage", () => { // another tab shares the queue
    restore();
    redraw();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isComplete(current)) turn(1);
    else missing(current);
  });
  addEventListener("pageshow", (event) => { if (event.persisted && navigator.onLine) location.reload(); });

  /* ---- The clock of a timed exam: minutes only, by the server's time and what has passed since it was told ---- */
  const clock = one("[data-deadline]");
  if (clock) {
    let deadline;
    let heard; // the server's time, and what the phone's two clocks said then
    const until = one("[data-until]");
    const setClock = (text, end) => { // the end may have moved
      const now = Date.parse(text);
      if (now) heard = { now, steady: performance.now(), wall: Date.now() };
      deadline = Date.parse(end) || deadline;
      until.textContent = at(deadline) || until.textContent;
    };
    setClock(clock.dataset.now, clock.dataset.deadline);
    const shown = one("[data-remaining]");
    const spoken = one("[data-clock-status]");
    let before = deadline - heard.now;
    let asked = 0;
    const ended = () => { // without a signal the page stays until there is one
      if (navigator.onLine) location.reload();
      else addEventListener("online", () => queue.flush().then(() => location.reload()));
    };
    const tick = () => {
      const passed = performance.now() - heard.steady;
      // They differ after the phone slept (the steady one may stop) or was set: only the server knows.
      if (Math.abs(Date.now() - heard.wall - passed) > 5000 && performance.now() > asked) {
        asked = performance.now() + 60000;
        fetch(location.href).then((response) => response.text()).then((text) => {
          const fresh = one("[data-deadline]", new DOMParser().parseFromString(text, "text/html"));
          setClock(fresh.dataset.now, fresh.dataset.deadline);
          tick();
        }).catch(() => {}); // no signal, or not our page: ask again in a minute
      }
      const left = deadline - heard.now - passed;
      const text = left <= 0 ? "habis" : left < 60000 ? "kurang dari 1 menit" : Math.ceil(left / 60000) + " menit";
      if (shown.textContent !== text) shown.textContent = text;
      [5, 1].forEach((minutes) => {
        if (before > minutes * 60000 && left <= minutes * 60000) {
          const late = queue.waiting(queue.mine).length > 0;
          spoken.className = late ? "offline" : "visually-hidden";
          spoken.textContent = "Sisa waktu " + minutes + " menit. " + (late ? "Ada jawaban yang belum terkirim; jawaban harus sampai di server sebelum waktu habis. Carilah sambungan." : "Jawaban Anda sudah tersimpan.");
        }
      });
      if (!queue.waiting(queue.mine).length) spoken.className = "visually-hidden"; // what was late has arrived
      if (before > 0 && left <= 0) queue.flush().then(ended);
      before = left;
    };
    tick();
    setInterval(tick, 5000);
    document.addEventListener("visibilitychange", tick);
    window.netral.setClock = setClock;
  }
})();
