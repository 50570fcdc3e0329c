// [data-browser-zone]: offers the time zone that the browser is in, where it is not the chosen one.
{
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const select = document.querySelector("select[name=time_zone]");
  const button = document.querySelector("[data-browser-zone]");
  const isKnown = [...(select?.options ?? [])].some((option) => option.value === name);
  if (button && isKnown && select.value !== name) {
    button.value = name;
    button.querySelector("[data-browser-zone-name]").textContent = name;
    button.hidden = false;
  }
}
