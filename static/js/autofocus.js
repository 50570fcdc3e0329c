// Puts the cursor into [data-autofocus], or into the first field that has to be mended,
// but never takes it away from somebody who is typing elsewhere.
{
  const wanted = (root) =>
    root.querySelector("[aria-invalid=true]") || root.querySelector("[data-autofocus]");

  document.addEventListener("DOMContentLoaded", () => wanted(document)?.focus());
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const field = wanted(detail.elt) || (detail.elt.matches("[data-autofocus]") ? detail.elt : null);
    const active = document.activeElement;
    const asked = detail.requestConfig?.elt;
    const free = active === document.body || active.matches("main") || detail.elt.contains(active);
    if (field && (free || asked?.contains(active))) field.focus();
  });
}
