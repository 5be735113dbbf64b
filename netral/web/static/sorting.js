/* Steps to put in order: the rows stand in the order of their numbers, by buttons or by choosing a number.

[data-sorting]   the list; the select of each row is its place. [data-move]: up (-1) or down (1), shown where there is a script.
[data-sorted]    says where a row went. netral.sort(within) sorts anew after numbers were set or rows were drawn. */
(() => {
  "use strict";
  const { one, all } = window.netral;
  const rowsOf = (list) => all("li", list);
  const choiceOf = (row) => one("select", row);
  const placeOf = (row) => Number(choiceOf(row).value) || 99;
  const stand = (list, rows) => {
    const focused = document.activeElement; // a moved element loses the focus
    rows.forEach((row) => list.append(row));
    if (list.contains(focused)) focused.focus();
  };
  window.netral.sort = (within) => all("[data-sorting]", within).forEach((list) => {
    all("[data-move]", list).forEach((button) => { button.hidden = false; });
    stand(list, rowsOf(list).sort((row, other) => placeOf(row) - placeOf(other)));
  });
  window.netral.sort(document);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("li");
    const rows = rowsOf(row.parentNode);
    const place = rows.indexOf(row) + 1 + Number(button.dataset.move);
    choiceOf(row).value = Math.max(1, Math.min(place, rows.length));
    choiceOf(row).dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", ({ target }) => { // before the paper saves what changed
    const list = target.closest("[data-sorting]");
    if (!list || !target.value) return;
    const row = target.closest("li");
    const rows = rowsOf(list).filter((other) => other !== row);
    rows.splice(target.value - 1, 0, row);
    rows.forEach((each, index) => { choiceOf(each).value = index + 1; });
    stand(list, rows);
    one("[data-sorted]", list.parentNode).textContent = one("label", row).textContent + ": urutan " + target.value + " dari " + rows.length;
  }, true);
})();
