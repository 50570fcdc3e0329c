// <form data-autosave="/address/">: keeps a draft on the server while somebody types.
// Only reads the form; says how it stands in [data-autosave-state].
{
  const PAUSE = 600;
  const RETRY = 5000;
  const drafts = new WeakMap();
  const draftOf = (form) => drafts.get(form) || drafts.set(form, {}).get(form);

  const say = (form, text) => {
    const place = form.querySelector("[data-autosave-state]");
    if (place && place.textContent !== text) place.textContent = text;
  };
  const later = (form, wait) => {
    clearTimeout(draftOf(form).timer);
    draftOf(form).timer = setTimeout(save, wait, form);
  };

  async function save(form, keepalive = false) {
    const draft = draftOf(form);
    clearTimeout(draft.timer);
    if (!draft.changed || (draft.busy && !keepalive) || (!form.isConnected && !keepalive)) return;
    draft.busy = true;
    draft.changed = false;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers, keepalive });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      say(form, draft.changed ? "Saving…" : `Saved ${time}`);
    } catch {
      draft.changed = true;
      say(form, "Not saved yet");
    }
    draft.busy = false;
    if (draft.changed) later(form, form.querySelector("[data-autosave-state]")?.textContent === "Not saved yet" ? RETRY : PAUSE);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.autosave) return;
    draftOf(form).changed = true;
    say(form, "Saving…");
    later(form, PAUSE);
  });
  document.addEventListener("focusout", ({ target }) => target.form?.dataset.autosave && save(target.form));
  addEventListener("pagehide", () => document.querySelectorAll("form[data-autosave]").forEach((form) => save(form, true)));
  // What is being submitted needs no draft any more; a draft saved now would come back as a ghost.
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.autosave) { clearTimeout(draftOf(target).timer); draftOf(target).changed = false; }
  });
}
