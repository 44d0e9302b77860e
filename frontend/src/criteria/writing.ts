// The text area: errors underlined at their place, and names offered while one types.
import { offers, type Offer } from "./completing";
import type { Finding, Vocabulary } from "./shapes";

export interface Writer {
  mark: (problems: Finding[]) => void;
  select: (problem: Finding) => void;
}

export function startWriting(area: HTMLTextAreaElement, vocabulary: Vocabulary): Writer {
  const words = vocabulary.words;
  const frame = document.createElement("div");
  frame.className = "criteria-area";
  const mirror = document.createElement("pre");
  mirror.setAttribute("aria-hidden", "true");
  area.replaceWith(frame);
  frame.append(mirror, area);

  const list = document.createElement("div");
  list.className = "picker-list";
  list.id = `${area.id}-offers`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words["offers"] ?? "");
  list.hidden = true;
  const status = document.createElement("div");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  frame.append(list, status);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);

  let shown: Offer[] = [];
  let active = -1;
  let problems: Finding[] = [];

  const paint = () => {
    // Where problems overlap the first one is marked; each is listed below in any case.
    const text = area.value;
    const pieces: Node[] = [];
    let at = 0;
    for (const problem of [...problems].sort((one, other) => one.start - other.start)) {
      const start = Math.min(problem.start, text.length);
      const end = Math.min(Math.max(problem.end, start + 1), text.length + 1);
      if (start < at) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end) || " ";
      pieces.push(document.createTextNode(text.slice(at, start)), mark);
      at = end;
    }
    pieces.push(document.createTextNode(`${text.slice(at)}\n`));
    mirror.replaceChildren(...pieces);
    mirror.scrollTop = area.scrollTop;
  };

  const close = () => {
    list.hidden = true;
    shown = [];
    active = -1;
    area.removeAttribute("aria-activedescendant");
  };

  const point = (index: number) => {
    active = index;
    [...list.children].forEach((row, position) => {
      row.setAttribute("aria-selected", String(position === index));
      if (position === index) {
        area.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      }
    });
  };

  const take = (offer: Offer) => {
    // A bar says where the caret stays: between the brackets of a function.
    const [before = "", ...after] = offer.insert.split("|");
    area.setRangeText(before + after.join(""), offer.from, area.selectionStart, "end");
    area.selectionStart = area.selectionEnd = offer.from + before.length;
    close();
    area.focus();
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };

  const offer = (asked: boolean) => {
    const caret = area.selectionStart;
    if (caret !== area.selectionEnd) return close();
    shown = offers(vocabulary, area.value, caret, asked);
    if (!shown.length) return close();
    list.replaceChildren(
      ...shown.map((each, index) => {
        const row = document.createElement("div");
        row.id = `${list.id}-${index}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        const name = document.createElement("span");
        name.className = "code";
        name.textContent = each.name;
        const label = document.createElement("bdi");
        label.className = "muted small";
        label.textContent = each.label;
        row.append(name, " ", label);
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(each);
        });
        return row;
      }),
    );
    active = -1;
    area.removeAttribute("aria-activedescendant");
    list.hidden = false;
    status.textContent = (words["offered"] ?? "{n}").replace("{n}", String(shown.length));
  };

  area.addEventListener("input", (event) => {
    problems = []; // their places no longer fit; the next check tells them anew
    paint();
    if (!(event as InputEvent).isComposing && document.activeElement === area) offer(false);
  });
  area.addEventListener("scroll", () => (mirror.scrollTop = area.scrollTop));
  area.addEventListener("blur", close);
  area.addEventListener("click", close);
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      offer(true);
      return;
    }
    if (list.hidden) return;
    const last = shown.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      point(event.key === "ArrowDown" ? (active >= last ? 0 : active + 1) : active <= 0 ? last : active - 1);
    } else if (event.key === "Enter" || event.key === "Tab") {
      // Without a chosen offer these keys do what they always do: a new line, the next field.
      const chosen = shown[active];
      if (!chosen) return close();
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") close();
  });
  paint();

  return {
    mark: (found) => {
      problems = found;
      if (found.length) area.setAttribute("aria-invalid", "true");
      else area.removeAttribute("aria-invalid");
      paint();
    },
    select: (problem) => {
      area.focus();
      area.setSelectionRange(problem.start, Math.max(problem.end, problem.start));
    },
  };
}
