// <button type="button" data-fill="#id_time_hours" data-fill-with="0.50">: puts the value into the field.
{
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    const field = button && document.querySelector(button.dataset.fill);
    if (!field) return;
    field.value = button.dataset.fillWith;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    button.hidden = true;
  });
}
