// <span data-count="#text" data-count-warn="15000">: how many characters the text has.
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

  const showAll = () => document.querySelectorAll("[data-count]").forEach(show);
  document.addEventListener("input", ({ target }) => {
    if (target.id) document.querySelectorAll(`[data-count="#${CSS.escape(target.id)}"]`).forEach(show);
  });
  document.addEventListener("DOMContentLoaded", showAll);
  document.addEventListener("htmx:afterSettle", showAll);
}
