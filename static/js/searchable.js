// [data-searchable]: a long <select> becomes a field that finds its options by their words.
{
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const filter = (input, list) => {
    const words = input.value === input.dataset.shown ? [] : plain(input.value).split(/\s+/);
    for (const option of list.children) {
      option.hidden = !words.every((word) => plain(option.textContent).includes(word));
    }
  };

  const build = (box) => {
    const [select, label] = [box.querySelector("select"), box.querySelector("label")];
    const shown = select.selectedOptions[0]?.textContent ?? "";
    const [input, list] = [document.createElement("input"), document.createElement("div")];
    const none = select.options[0];
    Object.assign(input, { id: `${select.id}-search`, type: "text", value: shown, autocomplete: "off" });
    Object.assign(input.dataset, { shown, none: none?.value ?? "", noneWords: none?.textContent ?? "" });
    const attributes = {
      role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${select.id}-options`,
    };
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (select.hasAttribute(name)) attributes[name] = select.getAttribute(name);
    }
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    Object.assign(list, { id: `${select.id}-options`, className: "combobox-options", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label.textContent.trim());
    for (const [index, { value, textContent }] of [...select.options].entries()) {
      const option = document.createElement("div");
      Object.assign(option, { id: `${select.id}-option-${index}`, className: "combobox-option", textContent });
      option.dataset.value = value;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      list.append(option);
    }
    select.hidden = true;
    label.htmlFor = input.id;
    box.dataset.combobox = "";
    box.classList.add("combobox");
    select.after(input, list);
    input.addEventListener("input", () => filter(input, list));
    input.addEventListener("combobox-open", () => filter(input, list));
  };

  const buildAll = () => document.querySelectorAll("[data-searchable]:not([data-combobox])").forEach(build);
  document.addEventListener("DOMContentLoaded", buildAll);
  document.addEventListener("htmx:afterSettle", buildAll);
}
