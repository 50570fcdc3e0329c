// Somebody who logged in again, in the dialog above this page or in another tab, has a new token; the
// forms of this page take it over, so that what was typed here can still be sent.
{
  const put = (token) => {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    document.body.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": token }));
  };
  const refresh = () => {
    const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
    if (token) put(token);
  };

  addEventListener("focus", refresh);
  document.addEventListener("visibilitychange", refresh);
  for (const event of ["logged-in", "csrf-token"]) document.addEventListener(event, ({ detail }) => put(detail.token));
}
