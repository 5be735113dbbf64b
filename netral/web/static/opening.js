/* Before a document of [data-sections] is painted: only the one that its address names, else [data-first], until parts.js runs. */
(() => {
  "use strict";
  const { sections, first } = document.currentScript.dataset;
  const named = location.hash.slice(1);
  const sheet = document.styleSheets[0];
  const rule = sheet.insertRule(sections + ':not([id="' + (/^\d+$/.test(named) ? named : first) + '"]) { display: none; }', sheet.cssRules.length);
  document.documentElement.classList.add("paged");
  document.addEventListener("DOMContentLoaded", () => sheet.deleteRule(rule)); // the pager has run, or never will
})();
