// What happens when a part of a page does not arrive as expected: signed out meanwhile, an error, no connection.

interface Answer {
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
  requestConfig?: { verb: string };
  pathInfo?: { requestPath: string };
}

export function startAnswers(): void {
  const polling = (event: Event) => !!(event.target as HTMLElement).closest?.("[data-job]");
  const note = document.querySelector<HTMLElement>("#lost");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<Answer>).detail;
    const landed = detail.xhr.responseURL ? new URL(detail.xhr.responseURL).pathname : "";
    if (landed.startsWith("/accounts/")) {
      // Signed out meanwhile: the whole page goes to the sign-in page and comes back here afterwards.
      detail.shouldSwap = false;
      window.location.reload();
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const detail = (event as CustomEvent<Answer>).detail;
    const path = detail.pathInfo?.requestPath;
    // The error page says what happened and how to mend it; a part of a page could not.
    if (!polling(event) && detail.requestConfig?.verb === "get" && path) window.location.assign(path);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (note && !polling(event)) note.hidden = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const detail = (event as CustomEvent<Answer & { successful: boolean }>).detail;
    if (note && detail.successful) note.hidden = true;
  });

  document.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-print]")) window.print();
  });
}
