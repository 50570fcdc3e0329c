// A dialog's frame stands at once and is filled when its content comes. What comes within SOON
// milliseconds needs none: a frame that the eye cannot read would only flicker.
{
  const SOON = 100;
  const slot = () => document.getElementById("dialog-slot");
  const frame = () => slot().querySelector(":scope > [data-frame]");
  let wished = null; // the link whose dialog is on its way
  let timer = null;

  const open = () => {
    if (!wished || slot().firstElementChild) return;
    const dialog = document.getElementById("dialog-frame").content.firstElementChild.cloneNode(true);
    dialog.querySelector("h2").textContent = wished.getAttribute("aria-label") ?? wished.textContent.trim();
    dialog.classList.toggle("dialog-wide", "wide" in wished.dataset);
    slot().append(dialog);
    dialog.showModal();
  };

  document.addEventListener("htmx:beforeRequest", ({ detail: { elt, target, requestConfig } }) => {
    if (target?.id !== "dialog-slot" || requestConfig.verb !== "get" || !elt.matches("a, button")) return;
    clearTimeout(timer);
    wished = elt;
    timer = setTimeout(open, SOON);
  });
  // Answered: what came has replaced the frame, or an error stands on the page below it.
  document.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
    if (elt !== wished) return;
    clearTimeout(timer);
    wished = null;
    frame()?.close();
  });
  // Whoever closes the frame wants no dialog any more.
  document.addEventListener("close", ({ target }) => {
    if (!wished || !target.matches?.("[data-frame]")) return;
    const link = wished;
    wished = null;
    htmx.trigger(link, "htmx:abort");
  }, true);
}
