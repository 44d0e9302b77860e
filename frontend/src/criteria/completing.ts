// What may come next at a place in the text: fields, relations, functions, codes. Pure: it knows the vocabulary and the text.
import { fieldAt, subjectAt, type Offered, type Vocabulary } from "./shapes";

export interface Offer {
  from: number; // where what is replaced begins
  insert: string; // a bar in it is where the caret stays
  name: string;
  label: string;
}

const NAME = /[A-Za-z_][\w.]*$/;
const QUOTED = /([A-Za-z_][\w.]*)\s*(?:==|!=|in)\s*\[?(?:\s*"[^"]*"\s*,)*\s*"([^"]*)$/;
const MACRO = /([A-Za-z_][\w.]*)\.(?:exists|all|exists_one|filter|map|sum|min|max)\(\s*([A-Za-z_]\w*)\s*,/g;
const MOST = 12;

/** The relation that each variable in the text before the place stands for. */
function variables(vocabulary: Vocabulary, before: string): Map<string, string> {
  const known = new Map<string, string>();
  for (const [, way, name] of before.matchAll(MACRO)) {
    const subject = walked(vocabulary, (way ?? "").split("."), known);
    if (subject && name) known.set(name, subject);
  }
  return known;
}

function walked(vocabulary: Vocabulary, steps: string[], known: Map<string, string>): string {
  const [first = "", ...rest] = steps;
  const variable = known.get(first);
  return variable ? subjectAt(vocabulary, variable, rest) : subjectAt(vocabulary, vocabulary.subject, steps);
}

/** `asked`: somebody wants to see what there is, although no name is begun. */
export function offers(vocabulary: Vocabulary, text: string, caret: number, asked: boolean): Offer[] {
  const before = text.slice(0, caret);
  const known = variables(vocabulary, before);
  const quoted = QUOTED.exec(before);
  if (quoted) return codes(vocabulary, known, quoted[1] ?? "", quoted[2] ?? "", caret);
  if ((before.match(/(?<!\\)"/g) ?? []).length % 2) return []; // inside other quoted text
  const typed = NAME.exec(before)?.[0] ?? "";
  if (!typed && !asked) return [];
  const steps = typed.split(".");
  const last = steps.pop() ?? "";
  const from = caret - last.length;
  const subject = walked(vocabulary, steps, known);
  const found: Offer[] = [];
  const add = (each: Offered) => found.push({ from, ...each });
  if (subject) {
    const here = vocabulary.subjects[subject];
    here?.fields.forEach((each) => add({ name: each.name, insert: each.name, label: each.label }));
    here?.relations.forEach((each) => add({ name: each.name, insert: `${each.name}.`, label: each.label }));
  }
  if (steps.length) {
    const way = steps.slice(0, -1);
    const owner = walked(vocabulary, way, known);
    const name = steps[steps.length - 1] ?? "";
    const relation = vocabulary.subjects[owner]?.relations.find((each) => each.name === name);
    const field = vocabulary.subjects[owner]?.fields.find((each) => each.name === name);
    if (relation?.many) {
      found.length = 0; // many have no fields of their own
      const variable = fresh(name, known, vocabulary);
      vocabulary.macros.forEach((each) => add({ ...each, insert: each.insert.replaceAll("{v}", variable) }));
    } else if (field?.kind === "text") vocabulary.methods.forEach(add);
  } else {
    known.forEach((subjectKey, name) =>
      add({ name, insert: `${name}.`, label: vocabulary.subjects[subjectKey]?.label ?? "" }),
    );
    vocabulary.functions.forEach(add);
  }
  if (!last && !steps.length) return found.slice(0, MOST);
  return ranked(found, last);
}

/** A variable that means nothing else yet: the first letter of what it stands for, with a number when it is taken. */
function fresh(relation: string, known: Map<string, string>, vocabulary: Vocabulary): string {
  const taken = new Set(known.keys());
  for (const subject of Object.values(vocabulary.subjects)) {
    subject.fields.forEach((each) => taken.add(each.name));
    subject.relations.forEach((each) => taken.add(each.name));
  }
  const first = relation.charAt(0);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? first : `${first}${number}`;
    if (!taken.has(name)) return name;
  }
}

function codes(vocabulary: Vocabulary, known: Map<string, string>, way: string, typed: string, caret: number): Offer[] {
  const steps = way.split(".");
  const name = steps.pop() ?? "";
  const variable = known.get(steps[0] ?? "");
  const field = variable
    ? fieldAt(vocabulary, variable, steps.slice(1), name)
    : fieldAt(vocabulary, vocabulary.subject, steps, name);
  const pairs = vocabulary.choices[field?.list ?? ""] ?? [];
  const found = pairs.map(([code, label]) => ({ from: caret - typed.length, insert: code, name: code, label }));
  return typed ? ranked(found, typed) : found.slice(0, MOST);
}

/** Names that begin with what was typed first, then labels that hold it. */
function ranked(found: Offer[], typed: string): Offer[] {
  const small = typed.toLocaleLowerCase();
  const rank = (each: Offer) => {
    if (each.name.toLocaleLowerCase().startsWith(small)) return 0;
    if (each.name.toLocaleLowerCase().includes(small)) return 1;
    return each.label.toLocaleLowerCase().includes(small) ? 2 : 3;
  };
  return found
    .map((each) => ({ each, at: rank(each) }))
    .filter(({ each, at }) => at < 3 && each.insert !== typed)
    .sort((one, other) => one.at - other.at)
    .slice(0, MOST)
    .map(({ each }) => each);
}
