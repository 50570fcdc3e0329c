// A form that leaves the page is sent once it is known that the log-in has not ended: else the page,
// and what was typed on it, stays, and is sent after the log-in (log-in.js).
{
  const known = new WeakSet(); // forms that may go
  const asking = new WeakSet();
  const headersOf = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" });
  const send = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail }));

  const ask = async (form, submitter) => {
    const asked = performance.now();
    asking.add(form);
    try {
      const answer = await fetch("/login/state/", { headers: headersOf() });
      if (answer.status === 401) return send("log-in-wanted", { html: await answer.text(), form, submitter, asked });
      if (!answer.ok) throw new Error(answer.status);
      send("csrf-token", await answer.json());
      known.add(form);
      form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    } catch {
      send("toast", { message: "You are offline, or the server did not answer. Nothing is lost; try again when you are back.", tone: "danger" });
    } finally {
      asking.delete(form);
    }
  };

  // In the capture phase and before the others: what is not sent yet is no submission to them.
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const stays = form.method !== "post" || form.matches("[hx-post], [data-leaves]") || !document.body.dataset.person;
    if (stays || known.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!asking.has(form)) ask(form, submitter);
  }, true);
}
