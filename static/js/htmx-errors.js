// What goes wrong between htmx and the server is said, and never replaces what somebody typed.
{
  const say = (message) =>
    document.dispatchEvent(new CustomEvent("toast", { detail: { message, tone: "danger" } }));
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 400 || !detail.shouldSwap) return;
    const bar = parse(detail.serverResponse).querySelector("body > .error-bar:only-child");
    const verb = detail.requestConfig.verb;
    // A region that could not be loaded shows the bar itself; a form keeps its place below the bar.
    if (!bar || (verb === "get" && detail.target.id !== "dialog-slot")) return;
    const around = detail.requestConfig.elt.closest("dialog") || document.querySelector("main");
    detail.target = around.querySelector("[data-errors]");
    detail.swapOverride = "innerHTML";
  });

  // The next attempt takes the old error away.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.verb === "get") return;
    const around = detail.elt.closest("dialog") || document.querySelector("main");
    around.querySelector("[data-errors]")?.replaceChildren();
  });

  document.addEventListener("htmx:responseError", ({ detail }) => {
    const told = parse(detail.xhr.responseText).querySelector(".error-bar p")?.textContent;
    say(told || `The server answered with an error (${detail.xhr.status}). What you typed is still here; try again.`);
  });
  for (const event of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(event, () =>
      say("You are offline, or the server did not answer. Nothing is lost; try again when you are back."));
  }
}
