// [data-key="u"]: one letter does what a click does; "?" shows the keys of the page. Never while
// somebody types, and not where they turned that off. Escape leaves a field, so that keys work.
{
  const OFF = "keys-off";
  const isOn = () => localStorage.getItem(OFF) === null;
  const isField = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
  const isShown = (element) => !element.disabled && element.checkVisibility?.() !== false;
  const all = () => [...document.querySelectorAll("[data-key]")].filter(isShown);

  const row = (key, words) => {
    const [term, description] = [document.createElement("dt"), document.createElement("dd")];
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    description.textContent = words;
    return [term, description];
  };
  const wordsOf = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd").forEach((kbd) => kbd.remove());
    return element.dataset.keyLabel || copy.textContent.trim().replace(/\s+/g, " ");
  };

  const help = () => {
    const dialog = document.getElementById("keys-help").content.firstElementChild.cloneNode(true);
    const rows = all().map((element) => row(element.dataset.key, wordsOf(element)));
    dialog.querySelector("[data-keys]").append(...[...rows, row("?", "Shows this")].flat());
    const box = dialog.querySelector("[data-keys-on]");
    box.checked = box.defaultChecked = isOn();
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
      box.defaultChecked = box.checked;
    });
    document.getElementById("dialog-slot").replaceChildren(dialog);
    dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (isField(target)) {
      if (key === "Escape" && isOn() && !target.matches("[type=search], [aria-expanded=true]")) target.blur();
      return;
    }
    if (key === "?") {
      event.preventDefault();
      help();
      return;
    }
    const wanted = isOn() && all().find((element) => element.dataset.key === key);
    if (!wanted || target.closest?.("[data-number-keys]")) return;
    event.preventDefault();
    wanted.click();
    // What a summary opens is filled in next.
    if (wanted.matches("summary")) wanted.closest("details").querySelector("input:not([type=hidden]), textarea")?.focus();
  });
}
