// Small makers of elements, so that the builder reads like what it draws. No inline styles: the security policy forbids them.

type Child = Node | string | null | undefined | false;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function button(label: string, click: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const element = make("button", { type: "button", class: "btn btn-quiet", ...attributes }, label);
  element.addEventListener("click", click);
  return element;
}

/** A select whose label is read aloud but not shown: what stands around it says the same to the eye. */
export function select(
  id: string,
  label: string,
  groups: { label: string; options: [string, string][] }[],
  chosen: string,
  change: (value: string) => void,
): HTMLSelectElement {
  const element = make("select", { class: "control", id, "aria-label": label });
  for (const group of groups) {
    const options = group.options.map(([value, words]) => {
      const option = make("option", { value }, words);
      option.selected = value === chosen;
      return option;
    });
    if (group.label) element.append(make("optgroup", { label: group.label }, ...options));
    else element.append(...options);
  }
  element.addEventListener("change", () => change(element.value));
  return element;
}

export function input(
  id: string,
  label: string,
  value: string,
  change: (value: string) => void,
  attributes: Record<string, string> = {},
): HTMLInputElement {
  const element = make("input", { class: "control", id, type: "text", "aria-label": label, autocomplete: "off", ...attributes });
  element.value = value;
  element.addEventListener("input", () => change(element.value));
  return element;
}
