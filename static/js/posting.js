// <form data-posting>: what is being posted says so, on its button and as a row of [data-post-list];
// closing the dialog does not stop it, and what becomes of it is told then as well.
{
  const buttonOf = (form) => [...form.elements].find((field) => field.matches(".button-primary[type=submit]"));
  const words = (form) => [...form.querySelectorAll("textarea")];
  const under = new Map(); // form → { label, row, dialog: the one that was closed meanwhile }

  const sendingRow = (form) => {
    const list = document.querySelector("[data-post-list]");
    if (!list || !form.hasAttribute("data-posting-row")) return null;
    const row = document.getElementById("post-sending").content.firstElementChild.cloneNode(true);
    const type = form.querySelector("[name=note_type]:checked")?.closest("label").querySelector("span");
    row.querySelector("[data-note-type]").textContent = type?.textContent ?? "";
    row.querySelector("[data-number]").textContent = `#${form.elements.ticket_id.value}`;
    list.prepend(row);
    return row;
  };

  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (!elt.matches("form[data-posting]")) return;
    const button = buttonOf(elt);
    under.set(elt, { label: button.innerHTML, row: sendingRow(elt) });
    button.textContent = "Posting…";
    // Words that are typed now would not be posted; a form that carries them on takes them.
    if (!elt.hasAttribute("data-carry")) words(elt).forEach((field) => { field.readOnly = true; });
  });

  // Another text is on its way into the form: words that are typed until then would be lost.
  const lock = ({ elt, target }, locked) => {
    if (elt.form?.hasAttribute("data-posting") && target === elt.form) words(elt.form).forEach((field) => { field.readOnly = locked; });
  };
  document.addEventListener("htmx:beforeRequest", ({ detail }) => lock(detail, true));
  document.addEventListener("htmx:afterRequest", ({ detail }) => lock(detail, false));

  document.addEventListener("close", ({ target }) => {
    const form = [...under.keys()].find((each) => target.contains(each));
    if (!form) return;
    // htmx looks for the answer's places from the form: it stays on the page, closed, until then.
    document.body.append(target);
    under.get(form).dialog = target;
    document.dispatchEvent(new CustomEvent("toast", { detail: {
      message: "The note is still being posted. You need not wait: it goes on, and this page says how it ends.",
    } }));
  }, true);

  // The dialog was closed: the answer opens none again, over what is being done by now.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig.elt;
    if (!under.get(form)?.dialog) return;
    if (detail.xhr.status < 300) detail.swapOverride = "none";
    else detail.shouldSwap = detail.isError = false;
  });
  const reasonIn = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    return answer.querySelector(".post-problem p, .error-bar p, .field-error span")?.textContent.trim() ?? "";
  };
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
    const state = under.get(elt);
    if (!state) return;
    under.delete(elt);
    state.row?.remove();
    if (elt.isConnected) {
      buttonOf(elt).innerHTML = state.label;
      words(elt).forEach((field) => { field.readOnly = false; });
    }
    // After the log-in it goes again.
    if (!state.dialog || xhr.status === 401) return;
    state.dialog.remove();
    if (xhr.status >= 300) {
      const reason = reasonIn(xhr.responseText);
      document.dispatchEvent(new CustomEvent("toast", { detail: {
        message: `The note was not posted. ${reason} Your text is kept: open the form again to send it.`, tone: "danger",
      } }));
      const posts = document.querySelector("#posts[data-address]");
      if (posts) htmx.ajax("GET", posts.dataset.address, { target: posts, swap: "outerHTML" });
    }
  });
}
