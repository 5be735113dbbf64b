/* Compares the content of a printed QR code with the record; its digits never stand in a server's log.

[data-verify] on /v/<id> holds the verdict; the fragment's digits are posted to the page's own address in the field that
data-field names, and the [data-verify] of the answer takes its place. [data-verify-failed] is shown when that fails. */
(() => {
  "use strict";
  const region = document.querySelector("[data-verify]");
  const digits = location.hash.slice(1);
  if (!/^[0-9]+$/.test(digits)) return;
  const body = new URLSearchParams({ [region.dataset.field]: digits });
  const token = document.querySelector("input[name=csrf_token]");
  if (token) body.append("csrf_token", token.value);
  region.setAttribute("aria-busy", "true");
  fetch(location.pathname, { method: "POST", body, headers: { Accept: "text/html" } })
    .then((response) => response.text().then((text) => [response.status, text]))
    .then(([status, text]) => {
      const answer = new DOMParser().parseFromString(text, "text/html");
      const verdict = answer.querySelector("[data-verify]");
      if (!verdict) throw new Error("no verdict");
      region.innerHTML = verdict.innerHTML;
      document.title = answer.title;
      if (status !== 429 && status < 500) history.replaceState(null, "", location.pathname + location.search);
    })
    .catch(() => document.querySelectorAll("[data-verify-failed]").forEach((note) => { note.hidden = false; }))
    .finally(() => region.removeAttribute("aria-busy"));
})();
