// [data-clock]: a session's worked time, counted on from what the server said. Where nothing is
// recorded for too long it stops counting and asks the server, which tells what counts.
{
  const FORM = "#composer, #step-list, [data-autosave]";
  let shown = null; // the clock on the page: { node, since, idleAt }

  const clock = () => {
    const node = document.getElementById("clock");
    if (node && node !== shown?.node) {
      const since = Date.now();
      shown = { node, since, idleAt: since + (Number(node.dataset.idleIn) + 1) * 1000 };
    }
    return node ? shown : null;
  };
  const ask = ({ node }) => {
    if (document.visibilityState === "hidden") return;
    shown.idleAt = Date.now() + 60_000; // Once a minute, should there be no answer.
    window.htmx?.ajax("GET", node.dataset.address, { target: "#clock", swap: "outerHTML" });
  };

  const tick = () => {
    const at = clock();
    if (at?.node.dataset.clock !== "running") return;
    if (Date.now() > at.idleAt) {
      ask(at);
      return;
    }
    const minutes = Math.floor((Number(at.node.dataset.seconds) + (Date.now() - at.since) / 1000) / 60);
    const words = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    const place = at.node.querySelector("[data-clock-time]");
    if (place.textContent !== words) place.textContent = words;
  };

  // Who records something works: what rested, or was paused, runs again.
  const recorded = () => {
    const at = clock();
    if (!at || at.node.dataset.clock === "ended") return;
    if (at.node.dataset.clock === "running") at.idleAt = Date.now() + Number(at.node.dataset.idleAfter) * 1000;
    else ask(at);
  };
  document.addEventListener("draft-saved", recorded);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && detail.requestConfig.verb !== "get" && detail.elt.closest(FORM)) recorded();
  });

  // What another tab did meanwhile, and what the server said before a page came back from history.
  let hiddenAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (clock() && Date.now() - hiddenAt > 60_000) ask(clock());
  });
  addEventListener("pageshow", ({ persisted }) => persisted && clock() && ask(clock()));
  document.addEventListener("DOMContentLoaded", () => {
    if (clock()) setInterval(tick, 1000);
  });
}
