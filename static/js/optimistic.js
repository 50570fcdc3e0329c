// <form data-optimistic>: shows what was chosen while the server checks it, and takes it back if
// the answer is not a new form that says how it stands.
{
  const shown = (form) => form.querySelector("[data-optimistic-value]");

  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (!elt.matches("[data-optimistic]")) return;
    const [value, choice] = [shown(elt), elt.querySelector("select")?.selectedOptions[0]];
    if (!choice?.value) return;
    value.dataset.before = value.textContent;
    value.textContent = `${choice.textContent.replace(/ \(.*\)$/, "")} …`;
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
    if (!elt.isConnected || !elt.matches("[data-optimistic]")) return;
    const value = shown(elt);
    if (value.dataset.before === undefined) return;
    value.textContent = value.dataset.before;
    elt.reset();
  });
}
