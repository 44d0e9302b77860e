// What the server tells about the fields of a subject, and the shape in which the builder and the server exchange a criterion.
// The conversion between that shape and the text is the server's (platform/criteria/rules/building.py).

export interface Field {
  name: string;
  label: string;
  kind: string;
  unit: string;
  list: string; // code list, "" if none
}

export interface Relation {
  name: string;
  label: string;
  subject: string;
  many: boolean;
}

export interface Subject {
  label: string;
  fields: Field[];
  relations: Relation[];
}

export type Pair = [code: string, label: string];

export interface Offered {
  name: string;
  insert: string;
  label: string;
}

export interface Vocabulary {
  subject: string;
  subjects: Record<string, Subject>;
  choices: Record<string, Pair[]>;
  operators: Record<string, Pair[]>;
  functions: Offered[];
  macros: Offered[];
  methods: Offered[];
  words: Record<string, string>;
}

export type Join = "all" | "any" | "none" | "not_all";
export type How = "some" | "all" | "none" | "one" | "count" | "sum" | "min" | "max";

export interface Group {
  kind: "group";
  join: Join;
  parts: Part[];
}

export interface Test {
  kind: "test";
  path: string[];
  field: string;
  operator: string;
  value: string | string[];
}

export interface Members {
  kind: "members";
  path: string[];
  variable: string;
  how: How;
  operator: string;
  value: string;
  of: string; // the field summed, or whose lowest or highest value counts
  where: Group;
}

export interface Text {
  kind: "text";
  text: string;
}

export type Part = Group | Test | Members | Text;

export interface Finding {
  detail: string;
  mend: string;
  line: number;
  column: number;
  start: number; // in UTF-16 units, as the text area counts
  end: number;
  part: number[]; // way to the part of the builder; [] for the whole
}

export interface Checked {
  valid: boolean;
  text: string;
  builder: Group | null;
  problems: Finding[];
}

export interface Counted {
  selected: number | null;
  unknown: number | null;
  total: number | null;
  told: string;
}

/** Every field that is reached without passing a relation to many, with the way to it. */
export function reachable(vocabulary: Vocabulary, subject: string): { path: string[]; group: string; field: Field }[] {
  const found: { path: string[]; group: string; field: Field }[] = [];
  const take = (key: string, path: string[], group: string) => {
    for (const field of vocabulary.subjects[key]?.fields ?? []) found.push({ path, group, field });
  };
  take(subject, [], vocabulary.subjects[subject]?.label ?? "");
  for (const each of ways(vocabulary, subject)) take(each.subject, each.path, each.label);
  return found;
}

/** Every relation to many, directly or by way of relations to one. */
export function reachableMany(vocabulary: Vocabulary, subject: string): { path: string[]; label: string }[] {
  const found: { path: string[]; label: string }[] = [];
  for (const each of [{ subject, path: [], label: "" }, ...ways(vocabulary, subject)]) {
    for (const relation of vocabulary.subjects[each.subject]?.relations ?? []) {
      if (!relation.many) continue;
      found.push({ path: [...each.path, relation.name], label: spoken(each.label, relation) });
    }
  }
  return found;
}

interface Way {
  subject: string;
  path: string[];
  label: string;
}

const FARTHEST = 2; // steps to one: the place of the household, not what lies behind it

/** Where relations to one lead. Back to a subject that was passed they lead at the first step only, and no further. */
function ways(vocabulary: Vocabulary, subject: string): Way[] {
  const found: Way[] = [];
  const walk = (key: string, passed: string[], path: string[], label: string) => {
    for (const relation of vocabulary.subjects[key]?.relations ?? []) {
      if (relation.many) continue;
      const back = passed.includes(relation.subject);
      if (back && path.length > 0) continue;
      const way = { subject: relation.subject, path: [...path, relation.name], label: spoken(label, relation) };
      found.push(way);
      if (!back && way.path.length < FARTHEST) walk(relation.subject, [...passed, relation.subject], way.path, way.label);
    }
  };
  walk(subject, [subject], [], "");
  return found;
}

function spoken(label: string, relation: Relation): string {
  return label ? `${label} › ${relation.label}` : relation.label;
}

/** The subject at the end of a way of relations; "" when there is none. */
export function subjectAt(vocabulary: Vocabulary, subject: string, path: string[]): string {
  const step = (here: string, name: string) =>
    vocabulary.subjects[here]?.relations.find((each) => each.name === name)?.subject ?? "";
  return path.reduce(step, subject);
}

export function fieldAt(vocabulary: Vocabulary, subject: string, path: string[], name: string): Field | undefined {
  return vocabulary.subjects[subjectAt(vocabulary, subject, path)]?.fields.find((each) => each.name === name);
}
