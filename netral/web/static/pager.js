/* One part of a document at a time: netral.pager(sections, {first, onShow}) hides all but one; printed pages have them all (.leaf).

A section has an id, which is its address (#3), and a heading, which takes the focus and so is read out. The address of
something inside a section shows that section; without an address it is `first`, or the first. onShow(section, index) is called
after each change. Returns {show(id), current(), entitle(mark)}; the section's heading leads the page's title, after a mark such as
"Galat: ". [data-to=id] is a button that shows that section; [data-paged] is shown where there is a pager. */
(() => {
  "use strict";
  const { one, all } = window.netral;
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
})();
