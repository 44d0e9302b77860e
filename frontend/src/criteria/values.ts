// The control for a value, fit to the field and the operator.
import { button, input, make, select } from "./elements";
import type { Field, Pair, Test, Vocabulary } from "./shapes";

interface Around {
  id: string;
  word: (key: string) => string;
  changed: () => void;
  restructure: (focus?: string) => void;
}

const WITHOUT = ["known", "unknown", "yes", "no"];

export function valueOf(test: Test, field: Field | undefined, vocabulary: Vocabulary, around: Around): HTMLElement | null {
  if (WITHOUT.includes(test.operator)) return null;
  const pairs = vocabulary.choices[field?.list ?? ""] ?? [];
  if (Array.isArray(test.value)) return several(test, test.value, pairs, around);
  const set = (value: string) => {
    test.value = value.trim();
    around.changed();
  };
  if (pairs.length) {
    const options: Pair[] = [["", around.word("choose")], ...pairs];
    if (test.value && !pairs.some(([code]) => code === test.value)) options.push([test.value, test.value]);
    return select(around.id, around.word("value"), [{ label: "", options }], test.value, set);
  }
  const kind = field?.kind ?? "text";
  if (kind === "integer" || kind === "decimal") {
    const control = input(around.id, around.word("number"), test.value, set, { inputmode: "decimal", class: "control criteria-number" });
    return make("span", { class: "criteria-unit" }, control, field?.unit ? ` ${field.unit}` : "");
  }
  if (kind === "date" || kind === "day") {
    const hint = make("span", { class: "small muted", id: `${around.id}-hint` }, around.word("date hint"));
    const control = input(around.id, around.word("date"), test.value, set, {
      class: "control criteria-date",
      dir: "ltr",
      "aria-describedby": hint.id,
    });
    return make("span", { class: "criteria-unit" }, control, hint);
  }
  return input(around.id, around.word("value"), test.value, (value) => {
    test.value = value; // spaces in text may be meant
    around.changed();
  });
}

function several(test: Test, chosen: string[], pairs: Pair[], around: Around): HTMLElement {
  const labels = new Map(pairs);
  const chips = chosen.map((code, index) => {
    const label = labels.get(code) ?? code;
    return make(
      "li",
      { class: "chip" },
      make("bdi", {}, label),
      button(
        "×",
        () => {
          test.value = chosen.filter((_each, position) => position !== index);
          around.restructure(`${around.id}-new`);
        },
        { class: "icon-button", "aria-label": `${around.word("remove")}: ${label}` },
      ),
    );
  });
  const add = (value: string) => {
    const code = value.trim();
    if (!code || chosen.includes(code)) return;
    test.value = [...chosen, code];
    around.restructure(`${around.id}-new`);
  };
  const rest = pairs.filter(([code]) => !chosen.includes(code));
  const control: HTMLSelectElement | HTMLInputElement = pairs.length
    ? select(`${around.id}-new`, around.word("value"), [{ label: "", options: [["", around.word("choose")], ...rest] }], "", () => {})
    : input(`${around.id}-new`, around.word("value"), "", () => {});
  // A choice by arrow keys passes over others: it counts when it is added, by the button or the Enter key.
  control.addEventListener("keydown", (pressed) => {
    const event = pressed as KeyboardEvent;
    if (event.key !== "Enter") return;
    event.preventDefault();
    add(control.value);
  });
  return make(
    "div",
    { class: "criteria-several" },
    chips.length > 0 && make("ul", { class: "criteria-chips" }, ...chips),
    make("div", { class: "criteria-line" }, control, button(around.word("add"), () => add(control.value))),
  );
}
