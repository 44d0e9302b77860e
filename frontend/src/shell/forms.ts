// A form is sent once, the error summary takes focus, and unsaved work is not lost by a slip.

export function startForms(): void {
  document.querySelector<HTMLElement>(".error-summary")?.focus();

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    delete form.dataset.changed;
    // A download or a lost connection leaves the page open: allow another try.
    window.setTimeout(() => delete form.dataset.sent, 5000);
  });

  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-guard]");
    if (form) form.dataset.changed = "yes";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
  });
  // A page brought back from the browser's memory may hold a form marked as sent.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
  });

  // Copy buttons: <button data-copy="text" data-copied="Copied">.
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-copy]");
    if (!button) return;
    void navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => {
      const label = button.querySelector("[data-label]") ?? button;
      const before = label.textContent;
      label.textContent = button.dataset.copied ?? before;
      window.setTimeout(() => (label.textContent = before), 2000);
    });
  });

  // A choice that sends its form at once: <select data-send>. Without script the form's button does it.
  document.addEventListener("change", (event) => {
    const control = event.target as HTMLSelectElement;
    if (control.matches("[data-send]")) control.form?.requestSubmit();
  });
}
