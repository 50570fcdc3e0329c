// [data-suggest]: a field with a long <datalist> becomes a combobox; sent is the option's id.
{
  const SHOWN = 50;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const known = new WeakMap();

  const optionsOf = (datalist) => {
    if (!known.has(datalist)) {
      known.set(datalist, [...datalist.options].map((option) => (
        { words: option.value, plain: plain(option.value), value: option.dataset.value }
      )));
    }
    return known.get(datalist);
  };

  const optionOf = (list, words, value, index) => {
    const option = document.createElement("div");
    Object.assign(option, { id: `${list.id}-${index}`, className: "combobox-option", textContent: words });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    if (value === null) option.setAttribute("aria-disabled", "true");
    else option.dataset.value = value;
    return option;
  };

  const fill = (input, list, datalist) => {
    const typed = input.value === input.dataset.shown ? [] : plain(input.value).split(/\s+/);
    const found = optionsOf(datalist).filter((option) => typed.every((word) => option.plain.includes(word)));
    const shown = found.slice(0, SHOWN).map(({ words, value }, index) => optionOf(list, words, value, index));
    if (!found.length) shown.push(optionOf(list, "No member matches", null, "none"));
    if (found.length > SHOWN) shown.push(optionOf(list, `${found.length - SHOWN} more: type on`, null, "more"));
    list.replaceChildren(...shown);
  };

  const build = (box) => {
    const [input, sent, list] = [box.querySelector("input[list]"), document.createElement("input"), document.createElement("div")];
    const datalist = input.list;
    Object.assign(sent, { type: "hidden", name: input.name, value: input.dataset.value });
    Object.assign(list, { id: `${input.id}-options`, className: "combobox-options", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.querySelector("label").textContent.trim());
    for (const name of ["name", "list"]) input.removeAttribute(name);
    input.dataset.shown = input.value;
    const roles = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    input.before(sent);
    input.after(list);
    box.dataset.combobox = "";
    box.classList.add("combobox");
    for (const event of ["input", "combobox-open"]) input.addEventListener(event, () => fill(input, list, datalist));
    // Half a name is no choice: Enter sends the form only once the list is closed.
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !list.hidden && !input.getAttribute("aria-activedescendant")) event.preventDefault();
    });
  };

  const buildAll = () => document.querySelectorAll("[data-suggest]:not([data-combobox])").forEach(build);
  document.addEventListener("DOMContentLoaded", buildAll);
  document.addEventListener("htmx:afterSettle", buildAll);
}
