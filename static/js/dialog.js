// Opens <dialog data-dialog> swapped into #dialog-slot, closes it, and gives the focus back.
{
  const slot = () => document.getElementById("dialog-slot");
  let opener = null;

  const isDirty = (dialog) =>
    [...dialog.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => {
      if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
      if (field.matches("select")) return [...field.options].some((o) => o.defaultSelected && !o.selected);
      return field.value !== field.defaultValue;
    });

  // The link that opened the dialog may have been replaced by its answer.
  const giveFocusBack = () => {
    const same = opener && `[hx-get="${CSS.escape(opener.getAttribute("hx-get"))}"]`;
    const back = opener?.isConnected ? opener : same && document.querySelector(same);
    (back || document.querySelector("main")).focus({ preventScroll: !back });
    opener = null;
  };

  // Only what was asked for last opens: a late answer to an older wish would replace it.
  let wished = null;
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.target?.id !== "dialog-slot") return;
    if (!detail.elt.closest("dialog")) opener = detail.elt;
    if (detail.requestConfig.verb !== "get") return;
    if (wished?.isConnected && wished !== detail.elt) htmx.trigger(wished, "htmx:abort");
    wished = detail.elt;
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id !== "dialog-slot") return;
    const dialog = slot().querySelector("dialog[data-dialog]");
    if (dialog && !dialog.open) dialog.showModal();
    else if (!dialog && opener) giveFocusBack();
  });
  document.addEventListener("click", (event) => {
    const dialog = event.target.closest("dialog[data-dialog]");
    if (!dialog) return;
    if (event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      dialog.close();
    } else if (event.target === dialog && !isDirty(dialog)) dialog.close();
  });
  // "close" does not bubble, but it can be captured. Escape ends here too.
  document.addEventListener("close", (event) => {
    if (!event.target.matches?.("#dialog-slot > dialog")) return;
    event.target.remove();
    giveFocusBack();
  }, true);
  document.addEventListener("dialog-close", () => slot().querySelector("dialog[open]")?.close());
}
