// A form or button with data-confirm asks first, in a real dialog whose words come from the server (translated there).

function ask(text: string, yes: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#ask");
  if (!dialog) return Promise.resolve(window.confirm(text));
  dialog.querySelector<HTMLElement>("[data-ask-text]")!.textContent = text;
  const confirm = dialog.querySelector<HTMLButtonElement>("[value=yes]")!;
  confirm.dataset.standing ??= confirm.textContent ?? "";
  confirm.textContent = yes || confirm.dataset.standing;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function startConfirmations(): void {
  const confirmed = new WeakSet<HTMLFormElement>();
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const submitter = (event as SubmitEvent).submitter as HTMLElement | null;
      const source = submitter?.dataset.confirm ? submitter : form;
      if (!source.dataset.confirm || confirmed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void ask(source.dataset.confirm, source.dataset.confirmYes ?? "").then((yes) => {
        if (!yes) return;
        confirmed.add(form);
        form.requestSubmit(submitter as HTMLButtonElement | null);
      });
    },
    true,
  );
  document.addEventListener("htmx:confirm", (event) => {
    const detail = (event as CustomEvent<{ question: string | null; issueRequest: (skip: boolean) => void }>).detail;
    if (!detail.question) return;
    event.preventDefault();
    void ask(detail.question, "").then((yes) => yes && detail.issueRequest(true));
  });
}
