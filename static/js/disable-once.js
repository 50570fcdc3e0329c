// <form data-disable-once>: the second click on its button does nothing while the first is under way.
{
  const buttons = (form) => [...form.elements].filter((field) => field.matches("button, [type=submit]"));

  // [data-holds="#id"]: what the answer will replace takes no words meanwhile, so that none are lost.
  const hold = (form, held) => {
    const place = form.dataset.holds && document.querySelector(form.dataset.holds);
    if (place) place.inert = held;
  };

  const release = (form) => {
    if (!form.hasAttribute?.("aria-busy")) return;
    form.removeAttribute("aria-busy");
    hold(form, false);
    for (const button of buttons(form)) {
      if (button.dataset.held) { button.disabled = false; delete button.dataset.held; }
    }
  };

  // In the capture phase, so that htmx never sees the second one.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-disable-once]")) return;
    if (form.hasAttribute("aria-busy")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("aria-busy", "true");
    hold(form, true);
    // After the event: a button that is disabled at once would not be sent along.
    setTimeout(() => {
      for (const button of buttons(form)) {
        if (form.hasAttribute("aria-busy") && !button.disabled) { button.disabled = true; button.dataset.held = "1"; }
      }
    });
  }, true);

  document.addEventListener("htmx:afterRequest", ({ detail }) => release(detail.elt));
  addEventListener("pageshow", () => document.querySelectorAll("[data-disable-once]").forEach(release));
}
