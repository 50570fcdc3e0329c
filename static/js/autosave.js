// <form data-autosave="/address/">: keeps a draft on the server while somebody types.
// It only reads the form, and says how it stands in [data-autosave-state]. [data-autosave-now]: at once.
{
  const PAUSE = 600;
  const RETRY = 5000;
  const drafts = new WeakMap(); // form → what is still to be saved: { changed, busy, timer }

  const draftOf = (form) => drafts.get(form) || drafts.set(form, {}).get(form);
  const say = (form, words) => {
    const place = form.querySelector("[data-autosave-state]");
    if (place) place.textContent = words;
  };
  const later = (form, wait) => {
    clearTimeout(draftOf(form).timer);
    draftOf(form).timer = setTimeout(save, wait, form);
  };

  // One at a time, so that an older text never overtakes a newer one; on leaving there is no later.
  async function save(form, leaving = false) {
    const draft = draftOf(form);
    if (!draft.changed || (draft.busy && !leaving)) return;
    Object.assign(draft, { changed: false, busy: true });
    const asked = performance.now();
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
    const body = new FormData(form);
    // Files go with the form alone.
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const request = { method: "POST", body, headers, keepalive: leaving };
    try {
      const answer = await fetch(form.dataset.autosave, request);
      if (answer.status === 401) {
        const html = await answer.text();
        document.dispatchEvent(new CustomEvent("log-in-wanted", { detail: { html, asked } }));
      }
      if (answer.status === 413) {
        // Too large, or too many: no later try goes better while the text stands as it is.
        const bar = new DOMParser().parseFromString(await answer.text(), "text/html");
        say(form, `Not saved. ${bar.querySelector(".error-bar p")?.textContent ?? "The text is too large."}`);
        draft.busy = false;
        if (draft.changed) later(form, PAUSE);
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      say(form, `Saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`);
      if (draft.changed) later(form, PAUSE);
      else form.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
    } catch {
      draft.changed = form.isConnected;
      say(form, "Not saved yet");
      later(form, RETRY);
    }
    draft.busy = false;
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.form?.dataset.autosave) return;
    draftOf(target.form).changed = true;
    say(target.form, "Saving…");
    later(target.form, PAUSE);
  });
  document.addEventListener("focusout", ({ target }) => target.form?.dataset.autosave && save(target.form));
  const saveAll = () => document.querySelectorAll("form[data-autosave]").forEach((form) => save(form, true));
  addEventListener("pagehide", saveAll);
  document.addEventListener("visibilitychange", () => document.hidden && saveAll());
  // What is being submitted needs no draft; one that was saved now would come back as a ghost.
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.autosave) draftOf(target).changed = false;
  });
  // What is chosen in the form and answered with another one goes along with it, as it stands.
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt, requestConfig } }) => {
    const form = elt.form;
    if (!form?.dataset.autosave || requestConfig.verb !== "post") return;
    clearTimeout(draftOf(form).timer);
    draftOf(form).changed = false;
  });
  // What was filled in for somebody is kept as if they had typed it.
  document.addEventListener("htmx:afterSettle", () => {
    for (const form of document.querySelectorAll("form[data-autosave-now]")) {
      form.removeAttribute("data-autosave-now");
      draftOf(form).changed = true;
      save(form);
    }
  });
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
    const done = xhr.status >= 200 && xhr.status < 400;
    const form = elt.form ?? elt;
    if (done || !form.isConnected || !form.dataset.autosave) return;
    draftOf(form).changed = true;
    later(form, PAUSE);
  });
}
