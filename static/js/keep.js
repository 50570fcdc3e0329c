// [data-keep="name"]: keeps what is typed into its text field in this tab, until it was posted, and
// for the person who typed it alone.
{
  const key = (place) => `keep:${document.body.dataset.person}:${place.dataset.keep}`;

  document.addEventListener("input", ({ target }) => {
    const place = target.closest?.("[data-keep]");
    if (place && target.matches("textarea")) sessionStorage.setItem(key(place), target.value);
  });
  const restore = () => {
    for (const place of document.querySelectorAll("[data-keep]")) {
      const field = place.querySelector("textarea");
      const kept = sessionStorage.getItem(key(place));
      if (!kept || field.value) continue;
      field.value = kept;
      field.closest("details")?.setAttribute("open", "");
    }
  };
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const place = detail.requestConfig.elt.querySelector?.("[data-keep]");
    if (place && detail.requestConfig.verb === "post" && detail.xhr.status < 300) sessionStorage.removeItem(key(place));
  });
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("DOMContentLoaded", () => {
    // Whoever logs in next on this machine finds nothing of it.
    if (document.querySelector("[type=password]")) sessionStorage.clear();
    restore();
  });
}
