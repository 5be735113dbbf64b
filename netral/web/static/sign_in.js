/* Signing in while many others do: the form of [data-patience] is sent without leaving the page, so that the password
stays in its field. While the server has no room (503), the form is sent again after the time that the server names; the
button stops that. After a foreign answer the browser sends the form as it would without this script. */
(() => {
  "use strict";
  const { one, all, post, submits } = window.netral;
  const line = one("[data-patience]");
  const form = line.closest("form");
  const button = submits(form)[0];
  const label = button.textContent;
  const MOST_TRIES = 12;
  let tries = 0;
  let timer = null;
  const say = (text, live = "polite") => { // a countdown is read aloud only once
    line.className = "hint";
    line.setAttribute("aria-live", live);
    line.textContent = text;
  };
  const stop = (text) => {
    clearInterval(timer);
    timer = null;
    tries = 0;
    button.textContent = label;
    button.disabled = false;
    say(text);
    if (text) line.className = "error-text";
  };
  const wait = (seconds) => {
    let left = seconds;
    const tick = () => {
      if (left > 0) return say("Layanan sedang ramai; mencoba lagi dalam " + left + " detik.", left-- === seconds ? "polite" : "off");
      clearInterval(timer);
      timer = null;
      return send();
    };
    button.disabled = false;
    button.textContent = "Berhenti mencoba";
    tick();
    timer = setInterval(tick, 1000);
  };
  const send = async () => {
    tries += 1;
    button.textContent = label;
    button.disabled = true;
    say("Memeriksa…");
    try {
      const response = await post(form.action, new FormData(form));
      const data = await response.json();
      if (response.ok && data.next) return location.assign(data.next);
      if (response.status === 503 && tries < MOST_TRIES) return wait(Number(response.headers.get("Retry-After")) || 5);
      if ([422, 429, 503].includes(response.status) && data.message) return stop(data.message);
    } catch (error) {
      if (!navigator.onLine) return stop("Tidak ada sambungan. Coba lagi setelah tersambung.");
    }
    return form.submit();
  };
  form.addEventListener("submit", (event) => {
    const empty = all(".input", form).some((control) => !control.value);
    if (empty && !timer) return; // the server's page says beside each field what is missing
    event.preventDefault();
    if (timer) stop("");
    else if (!button.disabled) send();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) stop(""); });
})();
