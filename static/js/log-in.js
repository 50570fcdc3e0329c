// An ended log-in is asked for in a dialog above the page, which stays as it is. After the same
// person has logged in, what was refused is asked again: a 401 means that nothing was done.
{
  const MOST = 20;
  const slot = document.getElementById("log-in-slot");
  const dialog = () => slot.querySelector("dialog");
  let refused = []; // requests that are to go again: { elt, verb, path, event }
  let dismissed = false; // somebody closed the dialog
  let told = false; // a toast has said that the log-in has ended
  let renewed = 0; // when somebody last logged in here, as performance.now() says
  const begun = new WeakMap(); // request → when it was sent

  const open = (html) => {
    slot.innerHTML = html;
    htmx.process(slot);
    const [name, password] = ["username", "password"].map((field) => dialog().querySelector(`[name=${field}]`));
    name.value = document.body.dataset.logInName || "";
    dialog().showModal();
    (name.value ? password : name).focus();
  };
  const isTyping = () => document.activeElement.matches("textarea, input:not([type=checkbox], [type=radio])");
  const say = (message) => document.dispatchEvent(new CustomEvent("toast", { detail: { message, tone: "warning" } }));
  // A dialog that opened now would take the click that is under way from what is clicked.
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const event of ["pointerup", "pointercancel"]) document.addEventListener(event, () => { pressed = false; }, true);
  // What a page asks for by itself takes the keys from nobody who types, and opens nothing once
  // somebody has closed the dialog.
  const ask = (html, byHand) => {
    if (dialog()) return;
    if (pressed && !byHand) return setTimeout(ask, 50, html, byHand);
    if (byHand || (!dismissed && !isTyping())) return open(html);
    if (!told) say("Your log-in has ended. What you type stays on this page, and is saved once you have logged in.");
    told = true;
  };

  // A log-in in another tab changed the token; csrf.js has taken over the one of this answer.
  const hasNewToken = (xhr) => xhr.status === 403 && xhr.getResponseHeader("HX-Trigger")?.includes("csrf-token");
  const once = new WeakSet();
  document.addEventListener("htmx:beforeRequest", ({ detail: { xhr } }) => begun.set(xhr, performance.now()));

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig: { elt, verb, path, triggeringEvent } } = event.detail;
    const stale = hasNewToken(xhr) && !once.has(elt);
    if (xhr.status !== 401 && !stale) return;
    event.stopImmediatePropagation();
    event.detail.shouldSwap = event.detail.isError = false;
    if (stale) {
      once.add(elt);
      return setTimeout(() => { again({ elt, verb, path, event: triggeringEvent }); setTimeout(() => once.delete(elt), 5000); });
    }
    // The form's own token was too old; the answer is the dialog with a new one.
    if (slot.contains(elt)) return open(xhr.responseText);
    // Refused before the log-in, answered after it.
    if (begun.get(xhr) < renewed) return setTimeout(() => again({ elt, verb, path, event: triggeringEvent }));
    refused = [...refused.filter((other) => other.elt !== elt), { elt, verb, path, event: triggeringEvent }].slice(-MOST);
    ask(xhr.responseText, triggeringEvent?.isTrusted);
  });
  // From a draft that could not be saved, or from a form that somebody has sent.
  document.addEventListener("log-in-wanted", ({ detail: { html, form, submitter, asked } }) => {
    const request = { elt: form, verb: "post", event: { type: "submit", submitter } };
    if (asked < renewed) return form && setTimeout(() => again(request));
    if (form) refused = [...refused.filter((other) => other.elt !== form), request];
    ask(html, Boolean(form));
  });

  const again = ({ elt, verb, path, event }) => {
    if (!elt.isConnected) return;
    if (event?.type === "submit" && elt.matches("form")) {
      elt.requestSubmit(event.submitter?.isConnected ? event.submitter : undefined);
    } else htmx.ajax(verb, path, { source: elt, event });
  };
  // Words of one person never go on under another's name, nor into their drafts.
  const leave = () => {
    document.dispatchEvent(new Event("forget-typed"));
    for (const form of document.forms) {
      form.removeAttribute("data-autosave");
      form.reset();
    }
    location.reload();
  };
  document.addEventListener("logged-in", ({ detail }) => {
    if (detail.user !== document.body.dataset.person) return leave();
    const waiting = refused;
    refused = [];
    told = false;
    renewed = performance.now();
    dialog()?.close("logged in");
    // After the forms have taken the new token over (csrf.js).
    setTimeout(() => waiting.forEach(again));
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-log-in-close]")) dialog()?.close();
    if (!event.target.closest("[data-log-in-leave]")) return;
    event.preventDefault();
    leave();
  });
  // "close" does not bubble, but it can be captured.
  document.addEventListener("close", ({ target }) => {
    if (target !== dialog()) return;
    dismissed = target.returnValue !== "logged in";
    refused = refused.filter(({ verb }) => verb === "get");
    slot.replaceChildren();
  }, true);
}
