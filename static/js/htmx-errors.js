// What goes wrong between htmx and the server is said, and never replaces what somebody typed.
{
  const say = (message) =>
    document.dispatchEvent(new CustomEvent("toast", { detail: { message, tone: "danger" } }));
  const barIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".error-bar");
  const sayStatus = ({ status, responseText }) =>
    say(barIn(responseText)?.querySelector("p")?.textContent
      || `The server answered with an error (${status}). What you typed is still here; try again in a moment.`);
  // [data-reads] posts what it asks by, to keep it out of addresses, and changes nothing.
  const isRead = ({ verb, elt }) => verb === "get" || elt.hasAttribute("data-reads");
  const errorsAround = (element) =>
    (element.closest("dialog") || document.querySelector("main")).querySelector("[data-errors]");

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 400 || !detail.shouldSwap) return;
    // A whole page is no answer to htmx: a proxy's own, or Django's while developing.
    if (/^\s*<(!doctype|html)/i.test(detail.serverResponse)) {
      detail.shouldSwap = false;
      sayStatus(detail.xhr);
      return;
    }
    // A region that could not be loaded shows the bar itself; a form keeps its place below the bar.
    const alone = barIn(detail.serverResponse)?.matches("body > :only-child");
    const region = isRead(detail.requestConfig) && detail.target.id !== "dialog-slot";
    const place = errorsAround(detail.requestConfig.elt);
    if (!alone || region || !place) return;
    detail.target = place;
    detail.swapOverride = "innerHTML";
  });

  // The next attempt takes the old error away.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (!isRead(detail.requestConfig)) errorsAround(detail.elt)?.replaceChildren();
  });

  document.addEventListener("htmx:responseError", ({ detail }) => sayStatus(detail.xhr));
  for (const event of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(event, () =>
      say("You are offline, or the server did not answer. Nothing is lost; try again when you are back."));
  }
}
