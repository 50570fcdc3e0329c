// .truncate: who points at a text that is cut is shown all of it.
document.addEventListener("pointerover", ({ target }) => {
  const cut = target.closest?.(".truncate");
  if (!cut) return;
  if (cut.scrollWidth > cut.clientWidth) cut.title = cut.textContent.trim().replace(/\s+/g, " ");
  else cut.removeAttribute("title");
});
