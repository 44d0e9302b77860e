// What a decision does not ask for is put away: the day for "not sure", the values to keep for "the same person".

export function startChoices(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-decision]");
  if (!form) return;
  const show = () => {
    const chosen = form.querySelector<HTMLInputElement>("input[name=decision]:checked")?.value ?? "";
    // data-for: until something is chosen it is shown; data-only: it is shown for that choice alone.
    for (const part of form.querySelectorAll<HTMLElement>("[data-for]")) part.hidden = chosen !== "" && part.dataset.for !== chosen;
    for (const part of form.querySelectorAll<HTMLElement>("[data-only]")) part.hidden = part.dataset.only !== chosen;
  };
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show); // the browser may bring back what was chosen before
  show();
}
