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
export function reachable(vocabulary: Vocabulary, subject: string, depth = 2): { path: string[]; group: string; field: Field }[] {
  const found: { path: string[]; group: string; field: Field }[] = [];
  const walk = (key: string, path: string[], group: string) => {
    const here = vocabulary.subjects[key];
    if (!here) return;
    for (const field of here.fields) found.push({ path, group, field });
    if (path.length >= depth) return;
    for (const relation of here.relations) {
      if (!relation.many && !leadsBack(vocabulary, subject, path, relation)) walk(relation.subject, [...path, relation.name], relation.label);
    }
  };
  walk(subject, [], vocabulary.subjects[subject]?.label ?? "");
  return found;
}

/** Every relation to many, directly or by way of relations to one. */
export function reachableMany(vocabulary: Vocabulary, subject: string, depth = 2): { path: string[]; label: string; relation: Relation }[] {
  const found: { path: string[]; label: string; relation: Relation }[] = [];
  const walk = (key: string, path: string[], label: string) => {
    for (const relation of vocabulary.subjects[key]?.relations ?? []) {
      const way = [...path, relation.name];
      const words = label ? `${label} › ${relation.label}` : relation.label;
      if (relation.many) found.push({ path: way, label: words, relation });
      else if (way.length < depth && !leadsBack(vocabulary, subject, path, relation)) walk(relation.subject, way, words);
    }
  };
  walk(subject, [], "");
  return found;
}

function leadsBack(vocabulary: Vocabulary, subject: string, path: string[], relation: Relation): boolean {
  if (relation.subject === subject) return true;
  return subjectsOn(vocabulary, subject, path).includes(relation.subject);
}

function subjectsOn(vocabulary: Vocabulary, subject: string, path: string[]): string[] {
  const passed = [subject];
  for (const name of path) passed.push(step(vocabulary, passed[passed.length - 1] ?? "", name));
  return passed;
}

function step(vocabulary: Vocabulary, subject: string, name: string): string {
  return vocabulary.subjects[subject]?.relations.find((each) => each.name === name)?.subject ?? "";
}

/** The subject at the end of a way of relations; "" when there is none. */
export function subjectAt(vocabulary: Vocabulary, subject: string, path: string[]): string {
  return path.reduce((here, name) => step(vocabulary, here, name), subject);
}

export function fieldAt(vocabulary: Vocabulary, subject: string, path: string[], name: string): Field | undefined {
  return vocabulary.subjects[subjectAt(vocabulary, subject, path)]?.fields.find((each) => each.name === name);
}
