// <select data-depends="a b">: shows only the options whose data-of names what #a/#b have chosen.
// <input data-clears="#x, #y">: when it changes, what was chosen for it elsewhere is no more.
{
  const fit = (select) => {
    const key = select.dataset.depends.split(" ").map((id) => document.getElementById(id)?.value).join("/");
    for (const option of select.options) {
      const fits = !option.value || (option.dataset.of ?? "").split(" ").includes(key);
      option.hidden = option.disabled = !fits && !option.defaultSelected;
      if (!fits && option.selected) select.value = "";
    }
    select.disabled = select.options.length < 2 || [...select.options].every((o) => !o.value || o.disabled);
  };
  const fitAll = () => document.querySelectorAll("select[data-depends]").forEach(fit);

  document.addEventListener("change", ({ target }) => {
    if (target.id) {
      document.querySelectorAll(`select[data-depends~="${CSS.escape(target.id)}"]`).forEach((select) => {
        fit(select);
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    if (target.dataset?.clears) {
      for (const field of document.querySelectorAll(target.dataset.clears)) {
        field.value = "";
        delete field.dataset.shown;
      }
    }
  });
  document.addEventListener("DOMContentLoaded", fitAll);
  document.addEventListener("htmx:afterSettle", fitAll);
}
