// <details data-files>: pictures and files of a form. What is chosen, pasted or dropped becomes a row, with a small
// picture and a line for what it shows. Without this script the plain field of the form sends one.
{
  const listOf = (form) => form?.querySelector?.("[data-files-list]");
  const rowsOf = (form) => [...(listOf(form)?.children ?? [])];
  const placeFor = (target) => {
    const form = target.closest?.("form");
    if (form) return form.querySelector("[data-files]");
    return target.closest?.("dialog") ? null : document.querySelector("#composer [data-files]");
  };
  const inWords = (size) => (size < 1_000_000 ? `${Math.ceil(size / 1000)} KB` : `${(size / 1_000_000).toFixed(1)} MB`);

  const draw = async (row, file) => {
    const canvas = row.querySelector("canvas");
    try {
      const image = await createImageBitmap(file);
      const shrink = Math.min(1, 128 / Math.max(image.width, image.height));
      canvas.width = Math.max(1, image.width * shrink);
      canvas.height = Math.max(1, image.height * shrink);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      canvas.hidden = false;
      row.querySelector("[data-files-icon]").hidden = true;
    } catch { /* No picture that this browser knows: the icon stays. */ }
  };

  const rowFor = (place, file) => {
    const row = place.querySelector("[data-files-row]").content.firstElementChild.cloneNode(true);
    const holder = new DataTransfer();
    holder.items.add(file);
    row.querySelector("[type=file]").files = holder.files;
    row.querySelector("[data-files-name]").textContent = `${file.name} · ${inWords(file.size)}`;
    draw(row, file);
    return row;
  };

  const add = (place, files) => {
    const { filesMost, filesBytes } = place.dataset;
    const standing = place.querySelectorAll("[name=remove_files]:not(:checked)").length;
    const refused = [];
    const rows = [];
    for (const file of files) {
      const held = standing + rows.length + rowsOf(place.closest("form")).length;
      if (held >= Number(filesMost)) { refused.push(`Up to ${filesMost} files go with a step.`); break; }
      if (file.size > Number(filesBytes)) refused.push(`${file.name} is larger than 10 MB: make it smaller.`);
      else rows.push(rowFor(place, file));
    }
    place.open = true;
    place.querySelector("[data-files-list]").append(...rows);
    place.querySelector("[data-files-said]").textContent = refused.join(" ");
    rows[0]?.querySelector("[name=alt]").focus();
  };

  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-files-choose]")) return;
    add(target.closest("[data-files]"), [...target.files]);
    target.value = "";
  });
  document.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-files-remove]")?.closest("li");
    if (!row) return;
    const place = row.closest("[data-files]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("[data-files-remove]") ?? place.querySelector("[data-files-choose]")).focus();
  });

  document.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? { files: [] };
    // Office puts a picture of the text beside it: the text is meant.
    const isText = types?.includes("text/plain") && types.includes("text/html");
    const place = files.length && !isText && placeFor(event.target);
    if (!place) return;
    event.preventDefault();
    add(place, [...files]);
  });

  // Beside a form a file is for the next step, too; the browser would leave the page for it.
  const over = (event) => (event.dataTransfer?.types.includes("Files") ? placeFor(event.target) : null);
  const mark = (place) => {
    for (const each of document.querySelectorAll("[data-files-over]")) each.toggleAttribute("data-files-over", each === place);
    place?.toggleAttribute("data-files-over", true);
  };
  document.addEventListener("dragover", (event) => {
    const place = over(event);
    mark(place);
    if (place) event.preventDefault();
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? mark(null));
  document.addEventListener("drop", (event) => {
    const place = over(event);
    mark(null);
    if (!place) return;
    event.preventDefault();
    add(place, [...event.dataTransfer.files]);
  });

  // A form that comes in place of another keeps the rows that were not taken.
  const sent = new WeakSet();
  const left = (form, taken) => rowsOf(form).filter((row) => !(taken && sent.has(row)));
  const carry = (rows, form) => {
    if (!rows.length || !listOf(form)) return;
    listOf(form).append(...rows);
    listOf(form).closest("[data-files]").open = true;
    const blank = rows.map((row) => row.querySelector("[name=alt]")).filter((field) => !field.value.trim());
    rows.forEach((row) => row.querySelector("[name=alt]").removeAttribute("aria-invalid"));
    blank.forEach((field) => sent.has(field.closest("li")) && field.setAttribute("aria-invalid", "true"));
  };
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => rowsOf(elt).forEach((row) => sent.add(row)));
  document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => carry(left(target, true), detail.fragment.firstElementChild));
  document.addEventListener("htmx:beforeSwap", ({ detail: { target, requestConfig: { elt: form }, xhr } }) => {
    const rows = target.contains(form) ? left(form, xhr.status < 300) : [];
    if (!rows.length) return;
    document.addEventListener("htmx:afterSwap", () => {
      const place = document.getElementById(target.id);
      if (!form.isConnected) carry(rows, place?.matches("form") ? place : place?.querySelector("form"));
    }, { once: true });
  });

  const ready = () => {
    for (const place of document.querySelectorAll("[data-files]:has([data-files-alone])")) {
      const field = place.querySelector("[data-files-choose]");
      field.multiple = true;
      field.removeAttribute("name");
      place.querySelector("[data-files-alone]").remove();
      place.querySelector("[data-files-hint]").hidden = false;
    }
  };
  document.addEventListener("DOMContentLoaded", ready);
  document.addEventListener("htmx:afterSettle", ready);
}
