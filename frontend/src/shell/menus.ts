// Menus are <details>: they open without script. Script closes them on Escape, on a click elsewhere and when focus leaves.

export function startMenus(): void {
  const open = () => [...document.querySelectorAll<HTMLDetailsElement>("details.drop[open]")];
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of open()) {
        menu.open = false;
        menu.querySelector("summary")?.focus();
      }
      navigation(false);
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const menu = (event.target as HTMLElement).closest<HTMLDetailsElement>("details.drop");
    if (!menu) return;
    event.preventDefault();
    menu.open = true;
    const items = [...menu.querySelectorAll<HTMLElement>(".drop-panel a, .drop-panel button")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length]?.focus();
  });

  const toggle = document.querySelector<HTMLAnchorElement>(".menu-toggle");
  const panel = document.querySelector<HTMLElement>("#navigation");
  function navigation(show: boolean): void {
    if (!toggle || !panel || panel.classList.contains("is-open") === show) return;
    panel.classList.toggle("is-open", show);
    toggle.setAttribute("aria-expanded", String(show));
    if (show) panel.querySelector<HTMLElement>("a")?.focus();
    else toggle.focus();
  }
  toggle?.setAttribute("aria-expanded", "false");
  toggle?.setAttribute("role", "button");
  toggle?.addEventListener("click", (event) => {
    event.preventDefault();
    navigation(!panel?.classList.contains("is-open"));
  });
  toggle?.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      toggle.click();
    }
  });
}
