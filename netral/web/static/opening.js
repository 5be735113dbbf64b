/* Before a document of several sections is painted: hides those that will not be opened, until pager.js does it for good,
and marks the document as .paged.

Runs at once, after the style sheet. Its own attributes: [data-sections] says what they are, [data-first] the id of the one that
opens where the address names none. */
(() => {
  "use strict";
  const { sections, first } = document.currentScript.dataset;
  const named = location.hash.slice(1);
  const sheet = document.styleSheets[0];
  const rule = sheet.insertRule(sections + ':not([id="' + (/^\d+$/.test(named) ? named : first) + '"]) { display: none; }', sheet.cssRules.length);
  document.documentElement.classList.add("paged");
  document.addEventListener("DOMContentLoaded", () => sheet.deleteRule(rule)); // the pager has run, or never will
})();
