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
  document.addEventListener("steps-order", ({ detail }) => {
    const list = document.getElementById("step-list");
    const focused = document.activeElement;
    for (const id of detail.ids) {
      const row = list?.querySelector(`[data-step="${Number(id)}"]`);
      if (row) list.append(row);
    }
    // The first row has no "up" and the last no "down": then the other one takes the focus.
    const buttons = [focused, ...(focused?.form?.querySelectorAll("[name=direction]") ?? [])];
    buttons.find((button) => button && getComputedStyle(button).visibility === "visible")?.focus();
  });

  // A link to a folded part (#complete, #removed) opens it.
  const unfold = () => {
    const part = document.getElementById(location.hash.slice(1));
    if (part?.matches("details")) part.open = true;
  };
  addEventListener("hashchange", unfold);
  document.addEventListener("DOMContentLoaded", unfold);
}
