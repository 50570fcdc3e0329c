// Toasts: closed by hand; successes and information leave by themselves, unless the pointer or focus is on them.
// A "toast" event (from a script, or the HX-Trigger header) with {message, tone} shows one.
{
  const STAYS = 6000;
  const ICONS = { success: "circle-check", warning: "triangle-alert", danger: "circle-alert" };

  const startLeaving = (toast) => {
    if (!toast.matches(".tone-success, .tone-info")) return;
    let timer;
    const pause = () => clearTimeout(timer);
    const run = () => { pause(); timer = setTimeout(() => toast.remove(), STAYS); };
    for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, pause);
    for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, run);
    run();
  };

  const show = ({ message, tone = "info" }) => {
    const toast = document.getElementById("toast-template").content.querySelector("[data-toast]").cloneNode(true);
    toast.classList.replace("tone-info", `tone-${tone}`);
    const icon = toast.querySelector("use");
    icon.setAttribute("href", icon.getAttribute("href").replace("#info", `#${ICONS[tone] || "info"}`));
    toast.querySelector("[data-toast-message]").textContent = message;
    // Behind an open dialog nothing is seen or read out, so it goes inside.
    const place = document.querySelector("dialog[open] > [data-errors]") || document.getElementById("toasts");
    place.append(toast);
  };

  document.addEventListener("toast", (event) => show(event.detail));
  document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove());
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-toast]").forEach(startLeaving);
    new MutationObserver((changes) => {
      for (const node of changes.flatMap((change) => [...change.addedNodes])) {
        if (node.matches?.("[data-toast]")) startLeaving(node);
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
}
