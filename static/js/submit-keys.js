// <form data-submit-keys>: Ctrl+Enter (Cmd+Enter on a Mac) submits from anywhere inside.
document.addEventListener("keydown", (event) => {
  const form = event.target.form || event.target.closest?.("form");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (!form?.hasAttribute("data-submit-keys") || event.repeat) return;
  event.preventDefault();
  form.requestSubmit();
});
