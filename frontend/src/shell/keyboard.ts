// "/" goes to the search field, "?" tells the keys, "g" then a letter goes to a page marked with data-key.

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

export function startKeyboard(): void {
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector<HTMLInputElement>("#search");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "g") {
      going = event.timeStamp;
    } else if (going && event.timeStamp - going < 1500) {
      going = 0;
      const link = document.querySelector<HTMLAnchorElement>(`a[data-key="${CSS.escape(event.key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
    }
  });
}
