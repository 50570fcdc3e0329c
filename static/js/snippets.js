// [data-snippets="/address/"] around a textarea: /name offers the account's snippets, filled in for this ticket.
// Arrows choose, Enter or Tab inserts, Escape closes. Where each value came from is said in [data-snippet-said],
// and what is not filled in yet in [data-unfilled].
{
  const lists = new WeakMap(); // the element around → its options, once they were asked for
  let open = null; // { field, list, start: where the slash stands }

  const around = (field) => field?.closest?.("[data-snippets]");
  const options = () => [...open.list.querySelectorAll("[role=option]:not([hidden])")];
  const active = () => open.list.querySelector("[aria-selected=true]");

  const close = () => {
    if (!open) return;
    open.list.remove();
    for (const name of ["aria-controls", "aria-activedescendant"]) open.field.removeAttribute(name);
    open = null;
  };
  const activate = (option) => {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) open.field.setAttribute("aria-activedescendant", option.id);
    else open.field.removeAttribute("aria-activedescendant");
  };

  const ask = async (place) => {
    if (!lists.has(place)) {
      const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
      const answer = await fetch(place.dataset.snippets, { headers }).catch(() => null);
      if (!answer?.ok) return "";
      lists.set(place, await answer.text());
    }
    return lists.get(place);
  };

  // The word that is typed behind a slash, at the beginning or behind a blank: /gre
  const typed = (field) => field.value.slice(0, field.selectionStart).match(/(?:^|\s)\/([^\s/]*)$/);

  const filter = (word) => {
    const wanted = word.toLowerCase();
    open.list.querySelectorAll("[role=option]").forEach((option) => {
      option.hidden = !option.dataset.name.toLowerCase().includes(wanted);
    });
    if (!options().length) return close();
    activate(options()[0]);
  };

  const offer = async (field) => {
    const found = typed(field);
    if (!found) return close();
    if (open?.field === field) { open.start = field.selectionStart - found[1].length - 1; return filter(found[1]); }
    const html = await ask(around(field));
    const now = typed(field);
    if (!html.trim() || !now || document.activeElement !== field) return;
    close();
    const list = document.createElement("ul");
    list.className = "combobox-options";
    list.id = `${field.id}_snippets`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Snippets");
    list.innerHTML = html;
    field.after(list);
    open = { field, list, start: field.selectionStart - now[1].length - 1 };
    field.setAttribute("aria-controls", list.id);
    filter(now[1]);
  };

  const insert = (option) => {
    const { field, start } = open;
    const { text, said } = option.dataset;
    close();
    field.setRangeText(text, start, field.selectionStart, "end");
    const place = around(field).querySelector("[data-snippet-said]");
    if (place) place.textContent = said;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const showUnfilled = (field) => {
    const place = around(field).querySelector("[data-unfilled]");
    if (!place) return;
    const names = [...new Set(field.value.match(/\{[a-z][a-z_]{1,40}\}/g) ?? [])];
    place.hidden = !names.length;
    place.textContent = names.length ? `Not filled in yet: ${names.slice(0, 5).join(" ")}` : "";
  };

  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea") || !around(target)) return;
    showUnfilled(target);
    offer(target);
  });
  // In the capture phase: Enter chooses, and Escape closes the list and not the dialog.
  document.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.field || event.isComposing) return;
    const all = options();
    const at = all.indexOf(active());
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate(all[(at + step + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0 && !event.ctrlKey && !event.metaKey) insert(all[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("mousedown", (event) => {
    if (!open) return;
    const option = event.target.closest?.("[role=option]");
    if (!option || !open.list.contains(option)) return close();
    event.preventDefault();
    insert(option);
  });
  document.addEventListener("focusout", ({ target }) => { if (open?.field === target) close(); });
}
