// j and k go from one difference to the next, 1 2 3 choose the decision, ? opens the help, Escape leaves a field of text,
// Control and Enter send. Single letters can be turned off: voice control and tremor press them by accident (WCAG 2.1.4).

const STORED = "banyan.linkage.keys";

function writing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (element instanceof HTMLInputElement) return !["radio", "checkbox", "submit", "button"].includes(element.type);
  return !!element && (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName));
}

function stored(): boolean {
  try {
    return window.localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // a browser that keeps nothing still has the keys
  }
}

export function startKeys(): void {
  const page = document.querySelector<HTMLElement>("[data-case]");
  if (!page) return;
  let on = stored();
  const help = document.querySelector<HTMLDetailsElement>("[data-keys-help]");
  const toggle = help?.querySelector<HTMLInputElement>("[data-keys-toggle]");
  for (const part of document.querySelectorAll<HTMLElement>("[data-keys-only]")) part.hidden = false;
  if (toggle) {
    toggle.checked = on;
    toggle.addEventListener("change", () => {
      on = toggle.checked;
      try {
        window.localStorage.setItem(STORED, on ? "on" : "off");
      } catch {
        // Then it holds for this page only.
      }
    });
  }

  const rows = () => [...page.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);
  const go = (step: number) => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
    if (!next) return;
    (next.querySelector<HTMLElement>("input:checked") ?? next).focus();
    next.scrollIntoView({ block: "center" });
  };
  const decide = (place: number) => {
    const choices = document.querySelectorAll<HTMLInputElement>("form[data-decision] input[name=decision]");
    const choice = choices[place];
    if (!choice || choice.disabled) return false;
    choice.click();
    choice.focus();
    choice.scrollIntoView({ block: "nearest" });
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-decision]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector<HTMLButtonElement>("button.btn-primary"));
      return;
    }
    if (event.key === "Escape" && writing(event.target)) {
      (event.target as HTMLElement).blur();
      return;
    }
    if (!on || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      go(event.key === "j" ? 1 : -1);
    } else if (/^[123]$/.test(event.key)) {
      if (decide(Number(event.key) - 1)) event.preventDefault();
    } else if (event.key === "r") {
      const reason = document.querySelector<HTMLElement>("form[data-decision] textarea");
      if (!reason) return;
      event.preventDefault();
      reason.focus();
    } else if (event.key === "?" && help) {
      event.preventDefault();
      help.open = !help.open;
      help.querySelector<HTMLElement>("summary")?.focus();
    }
  });
}
