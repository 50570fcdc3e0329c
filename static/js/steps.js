// The keyboard of the step forms, and the order of the rows.
{
  // Enter in the title goes on to the next field; Ctrl+Enter submits (submit-keys.js).
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (!field.matches?.("[data-enter-next]")) return;
    event.preventDefault();
    const fields = [...field.form.elements].filter((f) => f.matches("input:not([type=hidden]), textarea"));
    fields[fields.indexOf(field) + 1]?.focus();
  });

  // 1, 2, 3 … choose while the cursor is in the group of choices.
  document.addEventListener("keydown", (event) => {
    const group = event.target.closest?.("[data-number-keys]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = group.querySelectorAll("[type=radio]")[Number(event.key) - 1];
    if (!choice) return;
    choice.focus();
    choice.click();
  });

  // Rows are moved, not replaced: an editor that is open in one of them keeps its text.
  document.addEventListener("steps-order", ({ detail: { ids, moved, past } }) => {
    const list = document.getElementById("step-list");
    const row = (id) => list?.querySelector(`[data-step="${Number(id)}"]`);
    // It moved past a step that the page does not show: the page at its new place does.
    if (list && past.some((id) => !row(id))) return location.assign(`?step=${Number(moved)}#step-${Number(moved)}`);
    const focused = document.activeElement;
    const rows = ids.map(row).filter(Boolean);
    const first = [...(list?.children ?? [])].find((child) => rows.includes(child));
    const place = document.createComment("");
    first?.before(place);
    rows.forEach((each) => place.before(each));
    place.remove();
    // The first row has no "up" and the last no "down": then the other one takes the focus.
    const buttons = [focused, ...(focused?.form?.querySelectorAll("[name=direction]") ?? [])];
    buttons.find((button) => button && getComputedStyle(button).visibility === "visible")?.focus();
  });

  // A link to a step (?step=7#step-7): one that stands on this page is gone to without loading the page anew.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href*='#step-']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.pathname !== location.pathname) return;
    if (!document.getElementById(link.hash.slice(1))) return;
    event.preventDefault();
    location.hash = link.hash;
  });

  // A link to a folded part (#complete, #removed) opens it; one to a step that is not shown loads its stretch.
  const unfold = () => {
    const part = document.getElementById(location.hash.slice(1));
    if (part?.matches("details")) part.open = true;
    const step = location.hash.match(/^#step-(\d+)$/)?.[1];
    const asked = new URLSearchParams(location.search).get("step");
    if (step && !part && step !== asked && document.getElementById("step-list")) location.replace(`?step=${step}#step-${step}`);
  };
  addEventListener("hashchange", unfold);
  document.addEventListener("DOMContentLoaded", unfold);
}
