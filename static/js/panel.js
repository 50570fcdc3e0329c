// A ticket slides over the page: it opens at once, its parts load side by side, the address
// follows, and Back, Escape and Close lead to the page below.
{
  const PATH = /^\/tickets\/\d+\/$/;
  const here = () => location.pathname + location.search;
  const slot = () => document.getElementById("dialog-slot");
  const panel = () => slot()?.querySelector("dialog[data-panel]");
  let below = here(); // what the page under the panel stands at
  let over = false;
  if (history.state?.panel) history.replaceState(null, ""); // reloaded: it is a page now

  // What the list said of the ticket spares the parts that search by it to read it first. It goes
  // along as a header, since addresses and the history are kept by others.
  const aboutOf = (path) => document.querySelector(`[data-about][href="${CSS.escape(path)}"]`)?.dataset.about;
  const open = (path, about) => {
    const html = document.getElementById("panel-template").innerHTML;
    slot().innerHTML = html.replaceAll("/tickets/0/", path).replace("#0<", `#${path.split("/")[2]}<`);
    for (const part of about ? slot().querySelectorAll("[data-searches]") : []) {
      part.setAttribute("hx-headers", about);
    }
    htmx.process(slot());
    panel().showModal();
    over = true;
    if (here() !== path) history.pushState({ panel: (history.state?.panel ?? 0) + 1 }, "", path);
  };

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const { verb, path } = detail.requestConfig;
    if (verb === "get" && detail.target?.id === "dialog-slot" && PATH.test(path)) {
      open(path, detail.elt.dataset.about ?? aboutOf(path));
    }
  });

  // Of the ticket's own answer only the head is missing: the other parts are on their way already.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { verb, path } = detail.requestConfig;
    const head = panel()?.dataset.panel === path && document.getElementById("ticket-head");
    if (verb !== "get" || !PATH.test(path) || detail.xhr.status === 404) return;
    if (!head) { detail.shouldSwap = false; return; } // closed meanwhile
    detail.target = head;
    detail.swapOverride = detail.xhr.status === 200 ? "outerHTML" : "innerHTML";
    if (detail.xhr.status === 200) detail.selectOverride = "#ticket-head";
  });

  // The head follows what a part of the ticket has changed.
  document.addEventListener("owner-read", ({ detail: { ticket, owner } }) => {
    const place = document.querySelector(`[data-owner-of="${CSS.escape(ticket)}"]`);
    if (place) place.textContent = owner;
  });

  document.addEventListener("close", ({ target }) => {
    if (target.matches?.("dialog[data-panel]") && history.state?.panel) history.go(-history.state.panel);
  }, true);
  // Before htmx, which would put the whole page together again.
  addEventListener("popstate", (event) => {
    if (here() === below) {
      if (over) event.stopImmediatePropagation();
      over = false;
      panel()?.close();
    } else if (event.state?.panel) {
      event.stopImmediatePropagation();
      htmx.ajax("GET", location.pathname, { target: "#dialog-slot", swap: "innerHTML" });
    } else if (!event.state?.htmx) location.reload();
  });
  for (const event of ["htmx:pushedIntoHistory", "htmx:replacedInHistory", "htmx:historyRestore"]) {
    document.addEventListener(event, () => { below = here(); over = false; });
  }
}
