// The visual builder: groups, tests of fields, tests of members. It keeps the criterion in the shape of shapes.ts and redraws
// itself when the structure changes; what it cannot show stays as text.
import { button, input, make, select } from "./elements";
import {
  fieldAt,
  reachable,
  reachableMany,
  subjectAt,
  type Finding,
  type Group,
  type How,
  type Join,
  type Members,
  type Part,
  type Test,
  type Text,
  type Vocabulary,
} from "./shapes";
import { valueOf } from "./values";

export interface Builder {
  show: (root: Group) => void;
  read: () => Group;
  mark: (problems: Finding[]) => void;
  focus: (part: number[]) => void;
}

const COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"];
const COUNTED: How[] = ["count", "sum", "min", "max"];
const DEEPEST = 3; // relations within relations that the language allows

export function startBuilding(place: HTMLElement, vocabulary: Vocabulary, changed: () => void): Builder {
  const words = vocabulary.words;
  const word = (key: string) => words[key] ?? key;
  let root: Group = { kind: "group", join: "all", parts: [] };
  let marked: Finding[] = [];
  const idOf = (way: number[], what: string) => `${place.id}-${way.length ? way.join("-") : "top"}-${what}`;

  /** Draw anew and bring the focus back to where it was, or to where it should go. */
  const redraw = (focus = (document.activeElement as HTMLElement | null)?.id ?? "") => {
    place.replaceChildren(drawGroup(root, [], vocabulary.subject, 0));
    paint();
    if (focus) document.getElementById(focus)?.focus();
  };
  const restructure = (focus?: string) => {
    marked = [];
    redraw(focus);
    changed();
  };

  const drawGroup = (group: Group, way: number[], subject: string, depth: number): HTMLElement => {
    const joins = (["all", "any", "none", "not_all"] as Join[]).map((join): [string, string] => [join, word(`join ${join}`)]);
    const head = select(idOf(way, "join"), word("join"), [{ label: "", options: joins }], group.join, (value) => {
      group.join = value as Join;
      changed();
    });
    const rows = group.parts.map((part, index) => drawPart(group, part, [...way, index], subject, depth));
    const add = (part: Part) => {
      group.parts.push(part);
      restructure(idOf([...way, group.parts.length - 1], "first"));
    };
    const many = reachableMany(vocabulary, subject);
    const adders = make(
      "div",
      { class: "criteria-add" },
      button(`+ ${word("add test")}`, () => add(newTest(subject)), { id: idOf(way, "add") }),
      many.length > 0 && depth < DEEPEST && button(`+ ${word("add members")}`, () => add(newMembers(subject))),
      button(`+ ${word("add group")}`, () => add({ kind: "group", join: group.join === "any" ? "all" : "any", parts: [] })),
    );
    const list = make("ul", { class: "criteria-parts" }, ...rows);
    const empty = group.parts.length === 0 && make("p", { class: "muted small" }, word(depth ? "empty members" : "empty"));
    return make(
      "div",
      { class: "criteria-group", role: "group", "aria-label": word("group") },
      make("div", { class: "criteria-line" }, head),
      empty,
      list,
      adders,
    );
  };

  const drawPart = (group: Group, part: Part, way: number[], subject: string, depth: number): HTMLElement => {
    const index = way[way.length - 1] ?? 0;
    const remove = button(
      "×",
      () => {
        group.parts.splice(index, 1);
        const near = Math.min(index, group.parts.length - 1);
        restructure(near >= 0 ? idOf([...way.slice(0, -1), near], "first") : idOf(way.slice(0, -1), "add"));
      },
      { class: "icon-button criteria-remove", "aria-label": word("remove"), title: word("remove"), id: idOf(way, "remove") },
    );
    const body =
      part.kind === "group"
        ? drawGroup(part, way, subject, depth)
        : part.kind === "test"
          ? drawTest(part, way, subject)
          : part.kind === "members"
            ? drawMembers(part, way, subject, depth)
            : drawText(part, way);
    return make(
      "li",
      { class: `criteria-part is-${part.kind}`, id: idOf(way, "part") },
      make("div", { class: "criteria-body" }, body, make("p", { class: "field-error", id: idOf(way, "error"), hidden: true })),
      remove,
    );
  };

  const drawTest = (test: Test, way: number[], subject: string): HTMLElement => {
    const all = reachable(vocabulary, subject);
    const key = [...test.path, test.field].join(".");
    const labels = [...new Set(all.map((each) => each.group))];
    const groups = labels.map((label) => ({
      label,
      options: all
        .filter((each) => each.group === label)
        .map((each): [string, string] => [[...each.path, each.field.name].join("."), each.field.label]),
    }));
    // A field this viewer may not use, or that is gone, stays until it is changed.
    if (!all.some((each) => [...each.path, each.field.name].join(".") === key)) groups.unshift({ label: "", options: [[key, key]] });
    const field = fieldAt(vocabulary, subject, test.path, test.field);
    const kind = field?.kind ?? "text";
    const operators = vocabulary.operators[kind] ?? [];
    const line = make(
      "div",
      { class: "criteria-line" },
      select(idOf(way, "first"), word("field"), groups, key, (value) => {
        const steps = value.split(".");
        // Further answers are called extras.key: the field's own name may hold a dot.
        const found = all.find((each) => [...each.path, each.field.name].join(".") === value);
        test.path = found?.path ?? steps.slice(0, -1);
        test.field = found?.field.name ?? steps[steps.length - 1] ?? "";
        const fits = vocabulary.operators[found?.field.kind ?? "text"] ?? [];
        if (!fits.some(([code]) => code === test.operator) || found?.field.kind === "code") test.operator = fits[0]?.[0] ?? "eq";
        test.value = ["in", "not_in"].includes(test.operator) ? [] : "";
        restructure(idOf(way, "operator"));
      }),
      select(idOf(way, "operator"), word("operator"), [{ label: "", options: operators }], test.operator, (value) => {
        const list = ["in", "not_in"].includes(value);
        if (list !== Array.isArray(test.value)) test.value = list ? (test.value ? [test.value as string] : []) : (test.value[0] ?? "");
        test.operator = value;
        restructure(idOf(way, "operator"));
      }),
    );
    const control = valueOf(test, field, vocabulary, { id: idOf(way, "value"), word, changed, restructure });
    if (control) line.append(control);
    return line;
  };

  const drawMembers = (members: Members, way: number[], subject: string, depth: number): HTMLElement => {
    const many = reachableMany(vocabulary, subject);
    const key = members.path.join(".");
    const options = many.map((each): [string, string] => [each.path.join("."), each.label]);
    if (!options.some(([value]) => value === key)) options.unshift([key, key]);
    const target = subjectAt(vocabulary, subject, members.path);
    const numbers = reachable(vocabulary, target).filter((each) => ["integer", "decimal"].includes(each.field.kind));
    const hows = (["some", "all", "none", "one", "count", "sum", "min", "max"] as How[])
      .filter((how) => numbers.length > 0 || !["sum", "min", "max"].includes(how))
      .map((how): [string, string] => [how, word(`how ${how}`)]);
    const line = make(
      "div",
      { class: "criteria-line" },
      select(idOf(way, "first"), word("how"), [{ label: "", options: hows }], members.how, (value) => {
        members.how = value as How;
        const comparable = COMPARISONS.includes(members.operator);
        if (COUNTED.includes(members.how) && !comparable) members.operator = "ge";
        if (["sum", "min", "max"].includes(members.how) && !members.of) members.of = ofKey(numbers[0]);
        restructure(idOf(way, "first"));
      }),
      ["sum", "min", "max"].includes(members.how) &&
        select(
          idOf(way, "of"),
          word("of field"),
          [{ label: "", options: numbers.map((each): [string, string] => [ofKey(each), each.field.label]) }],
          members.of,
          (value) => {
            members.of = value;
            changed();
          },
        ),
      select(idOf(way, "relation"), word("relation"), [{ label: "", options }], key, (value) => {
        members.path = value.split(".");
        members.where = { kind: "group", join: "all", parts: [] };
        members.of = "";
        if (["sum", "min", "max"].includes(members.how)) members.how = "some";
        restructure(idOf(way, "relation"));
      }),
    );
    if (COUNTED.includes(members.how)) {
      const compared = (vocabulary.operators["integer"] ?? []).filter(([code]) => COMPARISONS.includes(code));
      line.append(
        select(idOf(way, "operator"), word("operator"), [{ label: "", options: compared }], members.operator, (value) => {
          members.operator = value;
          changed();
        }),
        input(
          idOf(way, "value"),
          word("number"),
          members.value,
          (value) => {
            members.value = value.trim();
            changed();
          },
          { inputmode: "decimal", class: "control criteria-number" },
        ),
      );
    }
    return make(
      "div",
      { class: "criteria-members" },
      line,
      make("p", { class: "small muted" }, word(`where ${members.how}`)),
      drawGroup(members.where, [...way, 0], target, depth + 1),
    );
  };

  const drawText = (part: Text, way: number[]): HTMLElement => {
    const area = make("textarea", { class: "control code", id: idOf(way, "first"), rows: "2", dir: "ltr", spellcheck: "false", "aria-label": word("text") });
    area.value = part.text;
    area.addEventListener("input", () => {
      part.text = area.value;
      changed();
    });
    return make("div", {}, area, make("p", { class: "small muted" }, word("only text")));
  };

  const newTest = (subject: string): Test => {
    const first = reachable(vocabulary, subject)[0];
    const operator = vocabulary.operators[first?.field.kind ?? "text"]?.[0]?.[0] ?? "eq";
    const value = ["in", "not_in"].includes(operator) ? [] : "";
    return { kind: "test", path: first?.path ?? [], field: first?.field.name ?? "", operator, value };
  };
  const newMembers = (subject: string): Members => ({
    kind: "members",
    path: reachableMany(vocabulary, subject)[0]?.path ?? [],
    variable: "",
    how: "some",
    operator: "ge",
    value: "",
    of: "",
    where: { kind: "group", join: "all", parts: [] },
  });

  const paint = () => {
    for (const line of place.querySelectorAll<HTMLElement>(".field-error")) line.hidden = true;
    for (const part of place.querySelectorAll<HTMLElement>(".criteria-part")) part.classList.remove("has-error");
    for (const problem of marked) {
      const line = document.getElementById(idOf(problem.part, "error"));
      if (!line) continue;
      line.textContent = `${line.hidden ? "" : `${line.textContent} `}${problem.detail} ${problem.mend}`;
      line.hidden = false;
      line.closest(".criteria-part")?.classList.add("has-error");
    }
  };

  return {
    show: (given) => {
      root = given;
      marked = [];
      redraw("");
    },
    read: () => root,
    mark: (problems) => {
      marked = problems;
      paint();
    },
    focus: (part) => document.getElementById(idOf(part, "first"))?.focus(),
  };
}

function ofKey(each?: { path: string[]; field: { name: string } }): string {
  return each ? [...each.path, each.field.name].join(".") : "";
}
