// Light, dark, or as the system says. The server writes data-theme from a cookie, so nothing flashes; this only spares a reload.

export function startTheme(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-theme-form]")) return;
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (!button) return;
    event.preventDefault();
    const theme = button.value;
    if (theme === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = theme;
    for (const other of form.querySelectorAll<HTMLButtonElement>("button[name=theme]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    const body = new FormData(form);
    body.set("theme", theme);
    void fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    document.dispatchEvent(new CustomEvent("banyan:theme", { detail: theme }));
  });
}
