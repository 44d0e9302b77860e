// Making a criterion: built by choosing, or written as text. Both are one text, which the server reads while one works.
//
// <div data-island="criteria" data-check="…" data-count="…" data-vocabulary="id" data-operation="id_operation" data-purpose="id_purpose">
//   <div data-modes hidden></div>       the two ways to work; filled here
//   <div data-building hidden></div>    the builder; filled here
//   <div data-written><textarea …></div>
//   <div data-findings></div>           what is wrong, each with its place
//   <div data-counted role="status"></div>
// </div>
// Without this script the text area and the form's Check button do the same.
import "./criteria.css";
import { startBuilding } from "./building";
import { make } from "./elements";
import type { Checked, Counted, Finding, Group, Vocabulary } from "./shapes";
import { startWriting } from "./writing";

const CHECK_AFTER = 350; // ms after the last change: a fast typist asks once
const COUNT_AFTER = 400; // further ms after a check that found nothing wrong

export function mount(element: HTMLElement): void {
  const area = element.querySelector<HTMLTextAreaElement>("textarea");
  const form = element.closest("form");
  const block = document.getElementById(element.dataset.vocabulary ?? "");
  const part = (name: string) => element.querySelector<HTMLElement>(`[data-${name}]`);
  const [modes, building, written, findings, counted] = ["modes", "building", "written", "findings", "counted"].map(part);
  if (!area || !form || !block?.textContent || !modes || !building || !written || !findings || !counted) return;
  const vocabulary = JSON.parse(block.textContent) as Vocabulary;
  const words = vocabulary.words;
  const word = (key: string) => words[key] ?? key;

  let mode: "build" | "write" = "write";
  let latest: Checked | null = null;
  let timer = 0;
  let asking: AbortController | undefined;
  let waiting = false; // a change that the server has not read yet

  const writer = startWriting(area, vocabulary);
  const changed = () => {
    form.dataset.changed = "yes";
    waiting = true;
    asking?.abort();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void check(), CHECK_AFTER);
  };
  const builder = startBuilding(building, vocabulary, changed);

  // Operation and purpose are chosen in the form while a criterion is new, and stand fast afterwards.
  const value = (name: string, standing: string) =>
    element.dataset[standing] ?? form.querySelector<HTMLInputElement>(`#${element.dataset[name] || "none"}`)?.value ?? "";
  const ask = async <Answer>(url: string, body: object): Promise<Answer> => {
    const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const about = {
      subject: vocabulary.subject,
      operation_id: value("operation", "operationId") || null,
      purpose: value("purpose", "purposeKey"),
    };
    const answer = await fetch(url, {
      method: "POST",
      signal: asking?.signal ?? null,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ ...about, ...body }),
    });
    const told = (await answer.json().catch(() => ({}))) as Answer & { detail?: string };
    if (!answer.ok) throw new Error(told.detail ?? word("failed"));
    return told;
  };

  const say = (text: string): void => {
    counted.textContent = text;
  };

  const check = (): Promise<void> => {
    window.clearTimeout(timer);
    asking = new AbortController();
    const given = mode === "build" ? { builder: builder.read() } : { text: area.value };
    return ask<Checked>(element.dataset.check ?? "", given)
      .then((found) => {
        waiting = false;
        latest = found;
        // The part of the builder that cannot be read yet has no text: the last good one stays.
        if (mode === "build" && found.text) area.value = found.text;
        tell(found.problems);
        if (found.valid) timer = window.setTimeout(() => void count(area.value), COUNT_AFTER);
        else say("");
      })
      .catch((error: Error) => {
        if (error.name === "AbortError") return;
        waiting = false;
        say(error.message || word("failed"));
      });
  };

  const count = async (text: string): Promise<void> => {
    say(word("counting"));
    try {
      const found = await ask<Counted>(element.dataset.count ?? "", { text });
      say(found.told);
    } catch (error) {
      if ((error as Error).name !== "AbortError") say((error as Error).message);
    }
  };

  const tell = (problems: Finding[]) => {
    writer.mark(mode === "write" ? problems : []);
    builder.mark(mode === "build" ? problems : []);
    const rows = problems.map((problem) => {
      const place = mode === "write" && problem.line > 0 && word("place").replace("{line}", String(problem.line)).replace("{column}", String(problem.column));
      const link = make("button", { type: "button", class: "link" }, place ? `${place}: ` : "", problem.detail);
      link.addEventListener("click", () => (mode === "write" ? writer.select(problem) : builder.focus(problem.part)));
      return make("li", {}, link, ` ${problem.mend}`);
    });
    findings.replaceChildren(...(rows.length ? [make("ul", { class: "criteria-findings" }, ...rows)] : []));
  };

  const buttons = (["build", "write"] as const).map((name) => {
    const choice = make("button", { type: "button", class: "btn btn-quiet", "aria-pressed": "false" }, word(`mode ${name}`));
    choice.addEventListener("click", () => void turn(name));
    return choice;
  });
  const present = () => {
    building.hidden = mode !== "build";
    written.hidden = mode !== "write";
    buttons.forEach((choice, index) => choice.setAttribute("aria-pressed", String((index === 0) === (mode === "build"))));
  };
  const turn = async (to: "build" | "write"): Promise<void> => {
    if (to === mode) return;
    if (to === "write") {
      if (waiting) await check();
      mode = to;
      present();
      tell(latest?.problems ?? []);
      return;
    }
    const empty: Group = { kind: "group", join: "all", parts: [] };
    if (area.value.trim()) {
      await check();
      if (!latest?.builder) return say(word("mend first"));
    }
    builder.show(area.value.trim() && latest?.builder ? latest.builder : empty);
    mode = to;
    present();
  };

  area.addEventListener("input", changed);
  for (const name of ["operation", "purpose"]) {
    form.querySelector(`#${element.dataset[name] || "none"}`)?.addEventListener("change", changed);
  }
  // What is sent is the text. While the builder says something that has no text yet, nothing is sent: not what it said before.
  form.addEventListener(
    "submit",
    (event) => {
      if (mode !== "build" || (!waiting && (!latest || latest.valid))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
      void check().then(() => {
        if (waiting) return;
        if (latest?.valid) form.requestSubmit(submitter);
        else builder.focus(latest?.problems[0]?.part ?? []);
      });
    },
    true,
  );

  modes.append(...buttons);
  modes.hidden = false;
  present();
  if (!area.value.trim() || element.dataset.sound) void turn("build");
  else void check();
}
