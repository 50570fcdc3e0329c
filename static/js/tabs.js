// [data-tabs] of links: each shows the panel it controls; arrows go from one to the other.
{
  const tabsOf = (tab) => [...tab.closest("[data-tabs]").querySelectorAll("[role=tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  const show = (wanted) => {
    for (const tab of tabsOf(wanted)) {
      const shown = tab === wanted;
      tab.setAttribute("aria-selected", String(shown));
      tab.tabIndex = shown ? 0 : -1;
      panelOf(tab).hidden = !shown;
    }
    wanted.dispatchEvent(new CustomEvent("tab-shown", { bubbles: true })); // its panel may be asked for
  };

  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(tab);
    panelOf(tab).querySelector("[data-autofocus], textarea, input:not([type=hidden])")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    event.preventDefault();
    const tabs = tabsOf(tab);
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });
}
