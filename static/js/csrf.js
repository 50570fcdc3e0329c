// Somebody who logged in again in another tab has a new token; the forms of this tab take it over
// when they come back, so that what they typed here can still be sent.
{
  const refresh = () => {
    const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
    if (!token) return;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  };

  addEventListener("focus", refresh);
  document.addEventListener("visibilitychange", refresh);
}
