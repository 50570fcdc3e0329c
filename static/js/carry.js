// <form data-carry>: what is typed while the answer is on its way goes on in the form that it brings.
{
  const sent = new WeakMap(); // form → what was sent, by name
  const now = (form) => Object.fromEntries(new FormData(form));
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
  // Taken: the new form is empty, and gets what came after that text.
  document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
    for (const [name, value] of typedSince(target)) {
      const before = sent.get(target)[name] ?? "";
      put(detail.fragment.firstElementChild, name, value.startsWith(before) ? value.slice(before.length) : value);
    }
  });
  // Refused: the new form holds that text again.
  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    const typed = typedSince(target);
    if (!typed.length) return;
    document.addEventListener("htmx:afterSwap", () => {
      for (const [name, value] of typed) put(document.getElementById(target.id), name, value);
    }, { once: true });
  });
}
