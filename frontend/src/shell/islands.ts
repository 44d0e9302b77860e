// Islands are loaded only on pages that hold one: <div data-island="map" …>.

type Island = { mount: (element: HTMLElement) => void | Promise<void> };

const islands: Record<string, () => Promise<Island>> = {
  map: () => import("../map/island"),
  picker: () => import("../picker/island"),
  criteria: () => import("../criteria/island"),
  scan: () => import("../handout/scan"),
  signature: () => import("../handout/signature"),
};

export function startIslands(root: ParentNode): void {
  const found = [...root.querySelectorAll<HTMLElement>("[data-island]")];
  if (root instanceof HTMLElement && root.matches("[data-island]")) found.push(root);
  for (const element of found) {
    const load = islands[element.dataset.island ?? ""];
    if (!load || element.dataset.mounted) continue;
    element.dataset.mounted = "yes";
    // If the island cannot be loaded the page keeps what the server wrote inside it.
    load().then(
      (island) => island.mount(element),
      () => delete element.dataset.mounted,
    );
  }
}
