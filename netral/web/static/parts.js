/* What modules and papers are made of: parts that are turned, and steps to put in order.

netral.pager(sections, {first, onShow}) shows one part of a document at a time; printed pages have them all (.leaf).
A section has an id, which is its address (#3), and a heading, which takes the focus and so is read out. The address of
something inside a section shows that section; without an address it is `first`, or the first. onShow(section, index) is called
after each change. Returns {show(id), current(), entitle(mark)}; the section's heading leads the page's title, after a mark such as
"Galat: ". [data-to=id] is a button that shows that section; [data-paged] is shown where there is a pager.

Steps to put in order: the rows stand in the order of their numbers, by buttons or by choosing a number.
[data-sorting]   the list; the select of each row is its place. [data-move]: up (-1) or down (1), shown where there is a script.
[data-sorted]    says where a row went. netral.sort(within) sorts anew after numbers were set or rows were drawn. */
(() => {
  "use strict";
  const { one, all } = window.netral;

  /* ---- One part at a time ---- */
  window.netral.pager = (sections, { first, onShow }) => {
    const title = document.title;
    let current = null;
    const entitle = (mark) => { document.title = mark + (one(".caption", current) || one("h2", current)).textContent + " – " + title; };
    sections.forEach((section) => section.classList.add("leaf"));
    all("[data-paged]").forEach((buttons) => { buttons.hidden = false; });
    const turn = (focus) => {
      const target = document.getElementById(location.hash.slice(1));
      const wanted = sections.find((section) => section.contains(target));
      // An anchor outside of the sections leaves them as they are.
      const next = wanted || (location.hash && current) || first || sections[0];
      if (next === current) return;
      current = next;
      sections.forEach((section) => { section.hidden = section !== current; });
      entitle("");
      onShow(current, sections.indexOf(current));
      if (!focus) return;
      const place = wanted && target !== wanted ? target : one("h2", current);
      if (place.tabIndex < 0) place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView();
    };
    const show = (id) => {
      location.hash = id;
      turn(true);
    };
    document.addEventListener("click", (event) => {
      const control = event.target.closest("[data-to]");
      if (!control) return;
      event.preventDefault();
      show(control.dataset.to);
    });
    addEventListener("hashchange", () => turn(true));
    turn(Boolean(location.hash));
    return { show, current: () => current, entitle };
  };

  /* ---- Steps to put in order ---- */
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
