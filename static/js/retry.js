// Retry in an error bar loads what failed, where it failed: a part of the page, the ticket of a
// panel, or the dialog; everywhere else it is a link.
{
  const ask = (path) => htmx.ajax("GET", path, { target: "#dialog-slot", swap: "innerHTML" });

  document.addEventListener("click", (event) => {
    const retry = event.target.closest(".error-bar a.button");
    const region = retry?.closest("[data-region]");
    const ticket = retry?.closest("dialog[data-panel] #ticket-head");
    const dialog = retry?.closest("dialog [data-errors]");
    if (!region && !ticket && !dialog) return;
    event.preventDefault();
    if (region) htmx.trigger(region, "reload");
    else ask(ticket ? retry.closest("dialog").dataset.panel : retry.getAttribute("href"));
  });
}
