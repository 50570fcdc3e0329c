// Returns what is wrong with the page as it is drawn, as sentences.
() => {
  const faults = [];
  const dialog = document.querySelector("#dialog-slot dialog");
  if (dialog && !dialog.open) dialog.showModal();
  for (const details of document.querySelectorAll("details")) details.open = true;
  const root = dialog || document.body;
  const say = (element, what) => {
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 24);
    const name = element.tagName.toLowerCase() + [...element.classList].map((each) => `.${each}`).join("");
    const around = element.parentElement ? [...element.parentElement.classList].map((each) => `.${each}`).join("") : "";
    faults.push(`${around} > ${name} "${text}" ${what}`);
  };
  const beyond = document.documentElement.scrollWidth - innerWidth;
  if (beyond > 0) faults.push(`the page is ${beyond} px too wide`);

  const styles = new Map();
  const styleOf = (element) => styles.get(element) || styles.set(element, getComputedStyle(element)).get(element);
  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && !element.closest(".visually-hidden, .skip-link");
  const clips = (element) => styleOf(element).overflowX !== "visible";
  const scrolls = (element) => /auto|scroll/.test(styleOf(element).overflowX);

  // What is seen of the box sideways, after what lies around it has cut it.
  const seen = (element, box) => {
    let [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (!clips(at)) continue;
      const edge = at.getBoundingClientRect();
      left = Math.max(left, edge.left);
      right = Math.min(right, edge.right);
    }
    return right - left;
  };

  for (const element of root.querySelectorAll("*")) {
    if (!isShown(element)) continue;
    // Only what a machine printed may be read by scrolling sideways.
    if (scrolls(element) && element.scrollWidth > element.clientWidth + 1 && !element.matches("pre, textarea, input, select")) {
      say(element, `has to be scrolled sideways by ${element.scrollWidth - element.clientWidth} px`);
    }
    if (element.matches("a, button, input:not([type=hidden]), select, textarea, summary, h1, h2, h3")) {
      const box = element.getBoundingClientRect();
      const width = seen(element, box);
      if (box.width < 8 && !element.closest(".segment")) say(element, `is ${box.width} px wide`);
      else if (width < box.width - 1) say(element, `is cut: ${Math.round(width)} of ${Math.round(box.width)} px are seen`);
    }
  }

  // Every text is seen, in a box that is wide enough to read it in.
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const cut = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const text = node.data.trim();
    if (!text || !isShown(element) || element.closest("option, textarea, template, pre, style, svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const width = seen(element, box);
    if (width < Math.min(text.length * 4, 32)) say(element, `shows ${Math.round(width)} px of its text`);
    if (width < box.width - 2) {
      const clipping = (() => { for (let at = element; at; at = at.parentElement) if (clips(at)) return at; })();
      if (clipping && clipping !== root) cut.add(clipping); else say(element, "flows out of the page");
    }
    // Over what stands beside it.
    for (let at = element; at && at !== root; at = at.parentElement) {
      if (clips(at)) break;
      if (styleOf(at).display === "inline" || styleOf(at).display === "contents") continue;
      const edge = at.getBoundingClientRect();
      if (box.right > edge.right + 6) { say(at, `is ${Math.round(box.right - edge.right)} px too narrow for its text`); break; }
    }
  }
  for (const element of cut) {
    const owner = element.closest("a, button, summary, [tabindex='0']") || element.closest(".row, .ticket-row, li")?.querySelector("a, button");
    if (!owner) { say(element, "is cut, and nothing can be focused to read it"); continue; }
    owner.focus();
    if (element.scrollWidth > element.clientWidth + 1) say(element, "is cut, and stays so when it is focused");
  }
  return [...new Set(faults)];
}
