// [data-combobox]: an option of its list fills the field that is sent, and shows its words.
{
  const fieldOf = (box) => box.querySelector("input[type=hidden], select");
  const inputOf = (box) => box.querySelector("[role=combobox]");

  const take = (box, value, words) => {
    const [field, input] = [fieldOf(box), inputOf(box)];
    const changed = field.value !== value;
    field.value = value;
    input.value = input.dataset.shown = words;
    input.dispatchEvent(new CustomEvent("combobox-close", { bubbles: true }));
    if (changed) field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // The pointer must not take the focus away, or the list would close under it.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-combobox] [role=listbox]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-combobox] [role=option]:not([aria-disabled])");
    if (!option) return;
    event.preventDefault();
    take(option.closest("[data-combobox]"), option.dataset.value, option.dataset.words ?? option.textContent.trim());
  });
  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches("[data-combobox] [role=combobox]")) return;
    target.dataset.shown ??= target.value;
    target.select();
  });
  // Before the form is sent: a field that was emptied means no choice.
  document.addEventListener("keydown", ({ target, key }) => {
    if (key !== "Enter" || !target.matches?.("[data-combobox] [role=combobox]") || target.value.trim()) return;
    take(target.closest("[data-combobox]"), target.dataset.none ?? "", target.dataset.noneWords ?? "");
  });
  // Words that were not taken go; no words mean no choice.
  document.addEventListener("focusout", ({ target }) => {
    if (!target.matches("[data-combobox] [role=combobox]")) return;
    if (target.value.trim()) target.value = target.dataset.shown;
    else take(target.closest("[data-combobox]"), target.dataset.none ?? "", target.dataset.noneWords ?? "");
  });
}
