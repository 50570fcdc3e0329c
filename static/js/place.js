// Whoever changed something by keyboard goes on from there: the button may be gone, or was disabled meanwhile.
{
  const left = new WeakMap(); // form → the id of what had the focus in it

  const isShown = (element) => Boolean(element?.checkVisibility());
  const goOn = (target, id) => {
    const place = target.isConnected ? target : document.getElementById(target.id);
    const same = id ? document.getElementById(id) : null;
    const field = isShown(same) ? same : place?.querySelector(":scope > summary") ?? place?.closest("section") ?? place;
    if (!field) return;
    if (field.tabIndex < 0) field.tabIndex = -1;
    field.focus({ preventScroll: field !== same });
  };

  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (elt.matches("form") && elt.contains(document.activeElement)) left.set(elt, document.activeElement.id);
  });
  // After autofocus.js, which knows better where there is something to mend.
  document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig: { elt }, target } }) => {
    if (!left.has(elt)) return;
    const id = left.get(elt);
    left.delete(elt);
    if (!elt.isConnected && target?.id && document.activeElement === document.body) goOn(target, id);
  });
}
