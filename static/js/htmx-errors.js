// What goes wrong between htmx and the server is said, and never replaces what somebody typed.
{
  const say = (message) =>
    document.dispatchEvent(new CustomEvent("toast", { detail: { message, tone: "danger" } }));

  const isBar = (html) => html.trimStart().startsWith('<div class="error-bar"');

  // An answer that is an error bar only belongs above the form, not in the place of it.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 400 || !isBar(detail.serverResponse)) return;
    const intoDialog = detail.target.id === "dialog-slot";
    if (detail.requestConfig.verb === "get" && !intoDialog) return;
    const around = detail.requestConfig.elt.closest("dialog") || document.querySelector("main");
    const place = around?.querySelector("[data-errors]");
    if (!place) return;
    detail.target = place;
    detail.swapOverride = "innerHTML";
    detail.selectOverride = "unset";
  });

  // The next attempt that works takes the old error away.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful || detail.requestConfig.verb === "get") return;
    for (const place of document.querySelectorAll("[data-errors]")) place.replaceChildren();
  });

  document.addEventListener("htmx:responseError", ({ detail }) =>
    say(`The server answered with an error (${detail.xhr.status}). What you typed is still here; try again in a moment.`));
  for (const event of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(event, () =>
      say("You are offline, or the server did not answer. Nothing is lost; try again when you are back."));
  }
}
