/* The clock of a timed exam: minutes only, by the server's time and what has passed since it was told.

[data-deadline] with data-now (ISO 8601, the server's) holds [data-remaining]; [data-clock-status] speaks at five minutes and
at one, and is seen while answers wait. [data-attempt]: whose queue is sent when the time is over. */
(() => {
  "use strict";
  const { one, queue } = window.netral;
  const clock = one("[data-deadline]");
  const deadline = Date.parse(clock.dataset.deadline);
  let told; // the server's time, and what the phone's two clocks said then
  const setClock = (text) => {
    const now = Date.parse(text);
    if (now) told = { now, steady: performance.now(), wall: Date.now() };
  };
  setClock(clock.dataset.now);
  const shown = one("[data-remaining]");
  const spoken = one("[data-clock-status]");
  let before = deadline - told.now;
  let asked = 0;
  const ended = () => { // without a signal the page stays until there is one
    if (navigator.onLine) location.reload();
    else addEventListener("online", () => queue.flush().then(() => location.reload()));
  };
  const tick = () => {
    const passed = performance.now() - told.steady;
    // They differ after the phone slept (the steady one may stop) or was set: only the server knows.
    if (Math.abs(Date.now() - told.wall - passed) > 5000 && performance.now() > asked) {
      asked = performance.now() + 60000;
      fetch(location.href).then((response) => response.text()).then((text) => {
        const fresh = one("[data-deadline]", new DOMParser().parseFromString(text, "text/html"));
        setClock(fresh.dataset.now);
        tick();
      }).catch(() => {}); // no signal, or not our page: ask again in a minute
    }
    const left = deadline - told.now - passed;
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
})();
