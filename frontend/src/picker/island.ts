// Type-ahead choice of a place (or of anything that answers in the same shape), after the ARIA combobox pattern.
//
// <div class="picker" data-island="picker" data-url="/places/pick/" data-none="…" data-many="{n} found" data-failed="…">
//   <input type="text" name="place_text" id="id_place" value="shown name">   what people type; sent as it is without script
//   <input type="hidden" name="place" value="chosen id">
// </div>
// data-url answers ?q=… with {"results": [{"id", "label", "code"?, "path"?: ["Country", "State"], "note"?}]}.
// data-go="yes": choosing an option with a "url" goes there at once (search boxes).

interface Option {
  id: string;
  label: string;
  code?: string;
  path?: string[];
  note?: string;
  url?: string;
}

const WAIT = 180; // ms after the last key: a fast typist asks once

export function mount(element: HTMLElement): void {
  const input = element.querySelector<HTMLInputElement>("input:not([type=hidden])");
  const hidden = element.querySelector<HTMLInputElement>("input[type=hidden]");
  const source = element.dataset.url;
  if (!input || !source) return;

  const list = document.createElement("div");
  list.className = "picker-list";
  list.id = `${input.id || input.name}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", element.dataset.label ?? input.labels?.[0]?.textContent?.trim() ?? "");
  list.hidden = true;
  const status = document.createElement("div");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  element.append(list, status);

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";
  input.spellcheck = false;

  let options: Option[] = [];
  let active = -1;
  let chosen = input.value;
  let timer = 0;
  let request: AbortController | undefined;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const point = (index: number) => {
    active = index;
    [...list.children].forEach((child, position) => {
      child.setAttribute("aria-selected", String(position === index));
      if (position === index) {
        input.setAttribute("aria-activedescendant", child.id);
        child.scrollIntoView({ block: "nearest" });
      }
    });
  };

  const choose = (option: Option) => {
    input.value = chosen = option.label;
    if (hidden) {
      hidden.value = option.id;
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }
    close();
    if (element.dataset.go && option.url?.startsWith("/")) window.location.assign(option.url);
  };

  const marked = (text: string, typed: string): Node[] => {
    const at = text.toLocaleLowerCase().indexOf(typed.toLocaleLowerCase());
    if (at < 0 || !typed) return [document.createTextNode(text)];
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + typed.length);
    return [document.createTextNode(text.slice(0, at)), mark, document.createTextNode(text.slice(at + typed.length))];
  };

  const show = (typed: string) => {
    list.replaceChildren(
      ...options.map((option, index) => {
        const row = document.createElement("div");
        row.id = `${list.id}-${index}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        const name = document.createElement("div");
        const label = document.createElement("bdi");
        label.append(...marked(option.label, typed));
        name.append(label);
        if (option.code) {
          const code = document.createElement("span");
          code.className = "code muted small";
          code.textContent = ` ${option.code}`;
          name.append(code);
        }
        row.append(name);
        const under = [...(option.path ?? []), ...(option.note ? [option.note] : [])];
        if (under.length) {
          const path = document.createElement("div");
          path.className = "picker-path";
          under.forEach((part, position) => {
            const piece = document.createElement("bdi");
            piece.textContent = part;
            path.append(...(position ? [" › ", piece] : [piece]));
          });
          row.append(path);
        }
        // mousedown, not click: the field would lose focus first and close the list.
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(option);
        });
        return row;
      }),
    );
    if (!options.length) {
      const none = document.createElement("div");
      none.className = "panel-body muted";
      none.textContent = element.dataset.none ?? "";
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", String(options.length > 0));
    const many = (element.dataset.many ?? "{n}").replace("{n}", String(options.length));
    status.textContent = options.length ? many : (element.dataset.none ?? "");
  };

  const look = async (typed: string) => {
    request?.abort();
    request = new AbortController();
    const url = new URL(source, window.location.href);
    url.searchParams.set("q", typed);
    try {
      const response = await fetch(url, { signal: request.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      options = ((await response.json()) as { results: Option[] }).results;
      active = -1;
      show(typed);
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      close();
      status.textContent = element.dataset.failed ?? "";
    }
  };

  input.addEventListener("input", (event) => {
    if (hidden) hidden.value = "";
    chosen = "";
    window.clearTimeout(timer);
    const typed = input.value.trim();
    if (!typed) {
      close();
      hidden?.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    // While a script is being composed (Burmese, Arabic keyboards) the text is not finished.
    if ((event as InputEvent).isComposing) return;
    timer = window.setTimeout(() => void look(typed), WAIT);
  });
  input.addEventListener("compositionend", () => {
    const typed = input.value.trim();
    if (typed) void look(typed);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        if (input.value.trim() && !chosen) void look(input.value.trim());
      } else if (last >= 0) {
        point(event.key === "ArrowDown" ? (active >= last ? 0 : active + 1) : active <= 0 ? last : active - 1);
      }
    } else if (event.key === "Enter" && !list.hidden && options.length) {
      const option = options[active >= 0 ? active : 0];
      if (option) {
        event.preventDefault();
        choose(option);
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      const option = options[active];
      if (option) choose(option);
    }
  });
  input.addEventListener("blur", close);
}
