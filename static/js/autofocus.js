// Puts the cursor into [data-autofocus], or into the first field that has to be mended,
// but never takes it away from somebody who is typing. On a phone only a field that has to be mended
// gets it: any other would scroll the page away and open the keyboard over it.
{
  const roomy = matchMedia("(pointer: fine) and (min-width: 48rem)");
  const fits = (field) => (field && (roomy.matches || !field.matches("input, textarea")) ? field : null);
  const wanted = (root) =>
    root.querySelector("[aria-invalid=true]") || fits(root.querySelector("[data-autofocus]"));
  const isTyping = (field) => field.matches("input, textarea") && field.value !== field.defaultValue;

  document.addEventListener("DOMContentLoaded", () => wanted(document)?.focus());
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const field = wanted(detail.elt) || (detail.elt.matches("[data-autofocus]") ? detail.elt : null);
    const active = document.activeElement;
    const asked = detail.requestConfig?.elt;
    const free = active === document.body || active.matches("main") || detail.elt.contains(active);
    if (isTyping(active) && active.closest("[data-carry]")) return;
    if (field && (free || asked?.contains(active))) field.focus();
  });
}
