// What is typed and not on the server yet is kept in this browser, for the person who typed it alone:
// of forms with [data-autosave] until their draft is saved, of others with [data-keep="name"] until
// they were sent, under [data-keep-as] where one form holds several texts in turn. It comes back with the form. Logging out clears it, and so does who logs in instead.
{
  const MOST = 50; // forms
  const MOST_LETTERS = 200_000; // of one form
  const DAYS = 14;
  const PAUSE = 250;
  const PREFIX = "typed:";
  const person = document.body?.dataset.person ?? "";
  const pending = new Map(); // form → the timer that keeps it; it may have left the page already

  const nameOf = (form) => form?.dataset.keepAs ?? form?.dataset.autosave ?? form?.querySelector("[data-keep]")?.dataset.keep;
  const keyOf = (form) => `${PREFIX}${person}:${nameOf(form)}`;
  const isKept = (form) => Boolean(person && nameOf(form));
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches("textarea, input[type=text]"));
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const read = (key) => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };

  const forget = (form) => {
    clearTimeout(pending.get(form));
    pending.delete(form);
    if (isKept(form)) localStorage.removeItem(keyOf(form));
  };
  const forgetAll = () => {
    [...pending.keys()].forEach(forget);
    keys().forEach((key) => localStorage.removeItem(key));
  };
  const keep = (form) => {
    clearTimeout(pending.get(form));
    pending.delete(form);
    const values = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
    const text = JSON.stringify({ at: Date.now(), values });
    if (text.length > MOST_LETTERS) return;
    try { localStorage.setItem(keyOf(form), text); } catch { /* The browser keeps nothing, or no more. */ }
  };

  const keepAll = () => [...pending.keys()].forEach(keep);

  // Of other people nothing stays; of the own forms the newest.
  const tidy = () => {
    const oldest = Date.now() - DAYS * 86_400_000;
    const own = keys().map((key) => ({ key, at: read(key)?.at ?? 0 })).sort((one, other) => other.at - one.at);
    own.filter(({ key, at }, index) => !key.startsWith(`${PREFIX}${person}:`) || at < oldest || index >= MOST)
      .forEach(({ key }) => localStorage.removeItem(key));
  };
  const restored = new WeakSet();
  const restore = () => {
    keepAll();
    for (const form of document.querySelectorAll("form")) {
      if (!isKept(form) || restored.has(form)) continue;
      restored.add(form);
      const kept = read(keyOf(form))?.values ?? {};
      for (const field of fieldsOf(form)) {
        if (!kept[field.name] || field.value === kept[field.name]) continue;
        if (!form.dataset.autosave && field.value) continue; // The server's answer to it stands there.
        field.value = kept[field.name];
        field.closest("details")?.setAttribute("open", "");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  };

  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form || !isKept(form) || !fieldsOf(form).includes(target)) return;
    clearTimeout(pending.get(form));
    pending.set(form, setTimeout(keep, PAUSE, form));
  });
  addEventListener("pagehide", keepAll);
  document.addEventListener("log-in-wanted", keepAll);
  document.addEventListener("draft-saved", ({ target }) => forget(target));
  document.addEventListener("forget-typed", forgetAll);
  // A form that leaves the page, and one whose answer says that it was taken.
  document.addEventListener("submit", ({ target: form }) => {
    if (form.matches("[data-leaves]")) forgetAll();
    else if (form.method === "post" && !form.matches("[hx-post]")) forget(form);
  });
  document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, requestConfig: { elt: form, verb } } }) => {
    if (verb !== "post" || xhr.status >= 300) return;
    if (form.matches("form")) forget(form);
    // What is chosen in a form that keeps drafts sends along what was typed.
    else if (form.form?.dataset.autosave) forget(form.form);
  });
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("DOMContentLoaded", () => {
    if (!person) return; // The page on which somebody logs in again knows nobody yet.
    tidy();
    restore();
  });
}
