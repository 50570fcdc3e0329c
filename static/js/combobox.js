// <input role="combobox"> over a listbox: arrows move, Enter takes, Escape closes what pops up.
{
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const optionsOf = (input) => [...(listOf(input)?.querySelectorAll("[role=option]:not([aria-disabled], [hidden])") ?? [])];
  const activeOf = (input) => document.getElementById(input.getAttribute("aria-activedescendant"));
  const popsUp = (input) => input.closest("[data-combobox]");

  // Words that were typed and not taken yet: sent like this, they would say nothing.
  const isAsking = (input) => {
    if (!popsUp(input) || input.getAttribute("aria-expanded") !== "true") return false;
    return input.form?.hasAttribute("data-submit-keys") || (input.value.trim() && input.value !== input.dataset.shown);
  };

  const activate = (input, option) => {
    activeOf(input)?.setAttribute("aria-selected", "false");
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = (input, open) => {
    if (popsUp(input) && listOf(input)) listOf(input).hidden = !open;
    input.setAttribute("aria-expanded", String(Boolean(open && listOf(input))));
    if (!open) activate(input, null);
  };
  const open = (input) => {
    if (input.getAttribute("aria-expanded") === "true") return;
    show(input, true);
    input.dispatchEvent(new CustomEvent("combobox-open", { bubbles: true }));
  };

  // Enter before anything was chosen: the only option is taken, of several the first is chosen.
  const answer = (input) => {
    const options = optionsOf(input);
    if (!options.length) { input.dataset.entered = ""; return; } // on their way
    delete input.dataset.entered;
    if (options.length === 1 && input.value.trim()) options[0].click();
    else activate(input, options[0]);
  };

  const KEYS = { ArrowDown: (at, last) => (at < last ? at + 1 : 0), ArrowUp: (at, last) => (at > 0 ? at - 1 : last) };
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.("input[role=combobox]") || event.isComposing) return;
    const active = activeOf(input);
    if (KEYS[event.key]) {
      event.preventDefault();
      open(input);
      const options = optionsOf(input);
      activate(input, options[KEYS[event.key](options.indexOf(active), options.length - 1)]);
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      active.click();
    } else if (event.key === "Enter" && isAsking(input)) {
      event.preventDefault();
      answer(input);
    } else if (event.key === "Escape" && popsUp(input) && !listOf(input).hidden) {
      event.preventDefault();
      show(input, false);
    }
  });

  document.addEventListener("input", ({ target }) => {
    if (!target.matches("input[role=combobox]")) return;
    activate(target, null);
    delete target.dataset.entered;
    // What was found for other words must not be taken for these.
    if (popsUp(target) && target.matches("[hx-get], [hx-post]")) listOf(target)?.replaceChildren();
    open(target);
  });
  document.addEventListener("click", ({ target }) => target.matches("input[role=combobox]") && open(target));
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches("input[role=combobox]") && popsUp(target)) show(target, false);
  });
  document.addEventListener("combobox-close", ({ target }) => show(target, false));
  // A list that was swapped has nothing chosen yet; one that does not pop up is open while it is there.
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    for (const input of document.querySelectorAll("input[role=combobox]")) {
      if (!activeOf(input)) input.removeAttribute("aria-activedescendant");
      if ("entered" in input.dataset && isAsking(input)) answer(input);
      if (!popsUp(input) && (detail.elt.contains(input) || detail.elt.contains(listOf(input)))) show(input, true);
    }
  });
}
