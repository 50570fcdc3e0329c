// <button data-copy="#id">: copies that element's value or text, and says so on the button.
{
  const say = (button, words) => {
    const before = button.dataset.copyLabel ?? button.innerHTML;
    button.dataset.copyLabel = before;
    button.setAttribute("aria-live", "polite");
    button.textContent = words;
    clearTimeout(button.copyTimer);
    button.copyTimer = setTimeout(() => { button.innerHTML = before; }, 2000);
  };

  // Without HTTPS there is no clipboard object; selecting the text still lets people copy it.
  const select = (source) => {
    if (source.select) return source.select();
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const source = button && document.querySelector(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      say(button, "Copied");
    } catch {
      select(source);
      say(button, document.execCommand("copy") ? "Copied" : "Press Ctrl+C");
    }
  });
}
