// <form data-carry>: what is typed while the answer is on its way goes on in the form that it brings.
{
  const sent = new WeakMap(); // form → what was sent, by name
  // Files and what is said of them go on with their rows (files.js).
  const now = (form) => {
    const apart = new Set([...form.querySelectorAll("[data-files] [name]")].map((field) => field.name));
    return Object.fromEntries([...new FormData(form)].filter(([name]) => !apart.has(name)));
  };
  const typedSince = (form) => {
    const before = sent.get(form);
    return before ? Object.entries(now(form)).filter(([name, value]) => value !== before[name]) : [];
  };
  const put = (form, name, value) => {
    const field = form.elements[name];
    field.value = value;
    field.closest?.("details")?.setAttribute("open", "");
    // When it stands on the page, as if it had been typed there: its draft is kept.
    setTimeout(() => field.dispatchEvent?.(new Event("input", { bubbles: true })));
  };

  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (elt.matches("form[data-carry]")) sent.set(elt, now(elt));
  });
  const after = (form, name, value) => {
    const before = sent.get(form)[name] ?? "";
    return value.startsWith(before) ? value.slice(before.length) : value;
  };
  // Taken, and the new form comes beside the answer: it is empty, and gets what came after that text.
  document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
    for (const [name, value] of typedSince(target)) put(detail.fragment.firstElementChild, name, after(target, name, value));
  });
  // The answer is the new form, or holds it: empty where the old one was taken, else with that text again.
  document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig: { elt: form }, xhr } }) => {
    if (!sent.has(form) || !target.contains(form)) return;
    const typed = typedSince(form).map(([name, value]) => [name, xhr.status < 300 ? after(form, name, value) : value]);
    if (!typed.length) return;
    document.addEventListener("htmx:afterSwap", () => {
      const place = document.getElementById(target.id);
      // A dialog holds other forms too; without any, what was typed was taken with the rest.
      const inside = place && (form.id ? place.querySelector(`#${CSS.escape(form.id)}`) : place.querySelector("form"));
      const next = place?.matches("form") ? place : inside;
      if (next) for (const [name, value] of typed) put(next, name, value);
    }, { once: true });
  });
}
