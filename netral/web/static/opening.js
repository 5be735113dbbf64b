/* Before a document of [data-sections] is painted, until parts.js runs: only the section that its address names, else [data-first],
with its buttons ([data-paged]), and no list of meanings ([data-terms]); nothing moves when the scripts have run. */
(() => {
  "use strict";
  const { sections, first } = document.currentScript.dataset;
  const named = location.hash.slice(1);
  const sheet = document.styleSheets[0];
  sheet.insertRule("@media { " + sections + ':not([id="' + (/^\d+$/.test(named) ? named : first) + '"]), [data-terms] { display: none; } .buttons[data-paged] { display: flex !important; } }');
  document.documentElement.classList.add("paged");
  document.addEventListener("DOMContentLoaded", () => sheet.deleteRule(0)); // the pager has run, or never will
})();
