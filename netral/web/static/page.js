/* Every page: comfort only, everything works without it. The other scripts share window.netral.

body[data-person]    a mark of who is signed in, empty for nobody; pages that do not know have none. Readings that somebody else
                     kept (bacaan.js) are deleted; so are all by netral.forget().

[data-status]        the status line; [data-offline] is shown while nothing gets through.
[data-error-summary] gets the focus. [data-show-password=id], [data-print], [data-copy=id][data-done=text]: buttons. */
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  // Our server redirects no script: a redirect is a portal's, and must not get what was filled in.
  const post = (action, fields, more) => fetch(action, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" }, redirect: "error", ...more });

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

  /* ---- A form is sent once ---- */
  const submits = (target) => [...target.elements].filter((control) => control.matches("button:not([type=button])"));
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

  /* ---- Small comforts ---- */
  const summary = one("[data-error-summary]");
  if (summary) summary.focus();
  const enable = (selector, act) => all(selector).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  });
  // Pictures further down wait until they are near; on paper they must be there.
  const load = (picture) => new Promise((done) => {
    picture.loading = "eager";
    picture.complete ? done() : (picture.onload = picture.onerror = done);
  });
  enable("[data-print]", () => Promise.all(all("main img").map(load)).then(() => print()));
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

  /* ---- Kept readings ---- */
  const forget = (keeper) => {
    if (window.caches) caches.keys().then((names) => names.forEach((name) => { if (name !== keeper) caches.delete(name); }));
  };
  const { person } = document.body.dataset;
  if (person !== undefined) forget(person);

  window.netral = { one, all, post, say, offline, submits, forget };
})();
