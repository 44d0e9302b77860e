// Job progress is polled by htmx. When requests fail, this says so and keeps the last figures instead of going blank.

export function startProgress(): void {
  const tell = (event: Event, lost: boolean) => {
    const job = (event.target as HTMLElement).closest<HTMLElement>("[data-job]");
    const note = job?.querySelector<HTMLElement>("[data-lost]");
    if (note) note.hidden = !lost;
  };
  document.addEventListener("htmx:sendError", (event) => tell(event, true));
  document.addEventListener("htmx:responseError", (event) => tell(event, true));
  document.addEventListener("htmx:afterOnLoad", (event) => tell(event, false));
}
