// <span data-count="#text" data-count-warn="15000">: how many characters the text has.
// <span data-size-most="200000">: how large the texts of its form are together, from half of what goes.
{
  const show = (counter) => {
    const text = document.querySelector(counter.dataset.count);
    if (!text) return;
    const length = [...text.value].length;
    const limit = Number(counter.dataset.countWarn || Infinity);
    const words = `${length.toLocaleString("en")} ${length === 1 ? "character" : "characters"}`;
    counter.classList.toggle("tone-warning", length >= limit);
    counter.textContent = length >= limit ? `${words}: long for a ticket, but nothing is cut` : words;
  };

  const KB = 1000;
  const showSize = (counter) => {
    const most = Number(counter.dataset.sizeMost);
    const texts = [...counter.closest("form").elements].filter((field) => field.matches("textarea, [type=text]"));
    const size = texts.reduce((sum, field) => sum + new Blob([field.value]).size, 0);
    const words = `${Math.ceil(size / KB)} KB of ${most / KB} KB`;
    counter.classList.toggle("tone-warning", size > most);
    counter.closest("form").querySelector("[data-as-file]")?.toggleAttribute("hidden", size <= most);
    counter.textContent = size > most ? `${words}: too much to save, shorten it` : size > most / 2 ? words : "";
  };

  const showAll = () => {
    document.querySelectorAll("[data-count]").forEach(show);
    document.querySelectorAll("[data-size-most]").forEach(showSize);
  };
  document.addEventListener("input", ({ target }) => {
    target.form?.querySelectorAll("[data-size-most]").forEach(showSize);
    if (target.id) document.querySelectorAll(`[data-count="#${CSS.escape(target.id)}"]`).forEach(show);
  });
  document.addEventListener("DOMContentLoaded", showAll);
  document.addEventListener("htmx:afterSettle", showAll);
}
