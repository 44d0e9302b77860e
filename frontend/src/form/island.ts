// A form to be filled, run by ODK's own engine. Heavy (about 1 MB compressed) and loaded on its two pages only.
//
// <div data-island="form" data-xform="/forms/…/xform" data-url="/collection/…/fill" data-token="…" data-words="words-id">fallback</div>
//   data-xform     address of the XForm
//   data-url       where the answers go (multipart: xml_submission_file and attachments; answers JSON {"url"}).
//                  Absent: a preview. The XML that would be sent is shown, nothing leaves the page.
//   data-token     the CSRF token for that address
//   data-words     id of a JSON block: the engine's own English words, translated by the server
import { createApp, h } from "vue";
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin, type AfterSubmit, type InstancePayload } from "@getodk/web-forms";

import "./form.css";

type Words = Record<string, string>;

function wordsOf(element: HTMLElement): Words {
  const block = document.getElementById(element.dataset.words ?? "");
  return block?.textContent ? (JSON.parse(block.textContent) as Words) : {};
}

/** The engine speaks English only: its fixed words are replaced as they appear. */
function translate(root: HTMLElement, words: Words): void {
  const counted = words["{count} questions with errors."];
  const spoken = (text: string): string | undefined => {
    const plain = text.trim();
    const many = /^(\d+) questions with errors\.$/.exec(plain);
    return many ? counted?.replace("{count}", many[1] ?? "") : words[plain];
  };
  const visit = (node: Node): void => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text: Node | null = node.nodeType === Node.TEXT_NODE ? node : walker.nextNode(); text; text = walker.nextNode()) {
      const other = spoken(text.nodeValue ?? "");
      if (other !== undefined && other !== text.nodeValue?.trim()) text.nodeValue = other;
    }
    if (node instanceof HTMLElement) {
      for (const field of node.querySelectorAll<HTMLElement>("[placeholder], [aria-label]")) {
        for (const name of ["placeholder", "aria-label"]) {
          const other = words[field.getAttribute(name) ?? ""];
          if (other !== undefined) field.setAttribute(name, other);
        }
      }
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") visit(change.target);
      else change.addedNodes.forEach(visit);
    }
  }).observe(root, { childList: true, subtree: true, characterData: true });
}

function say(element: HTMLElement, tone: "success" | "error" | "info", text: string, link?: { url: string; text: string }): void {
  const box = document.querySelector<HTMLElement>("[data-form-said]");
  if (!box) return;
  box.replaceChildren();
  box.className = `alert alert-${tone}`;
  box.setAttribute("role", tone === "error" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (link) {
    const anchor = document.createElement("a");
    anchor.className = "link";
    anchor.href = link.url;
    anchor.textContent = link.text;
    box.append(" ", anchor);
  }
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
  element.dispatchEvent(new CustomEvent("form:said", { bubbles: true, detail: tone }));
}

async function send(element: HTMLElement, words: Words, data: FormData): Promise<boolean> {
  try {
    const answer = await fetch(element.dataset.url ?? "", {
      method: "POST",
      body: data,
      headers: { "X-CSRFToken": element.dataset.token ?? "", Accept: "application/json" },
    });
    const told = (await answer.json().catch(() => ({}))) as { url?: string; detail?: string; title?: string; mend?: string };
    if (answer.ok) {
      const link = told.url ? { url: told.url, text: words["sent link"] ?? "" } : undefined;
      say(element, "success", words["sent"] ?? "", link);
      return true;
    }
    say(element, "error", [told.detail ?? told.title ?? words["failed"], told.mend].filter(Boolean).join(" "));
  } catch {
    say(element, "error", words["offline"] ?? "");
  }
  return false;
}

/** Indent XML for reading; the text of answers stays as it is. */
function indented(xml: string): string {
  let depth = 0;
  return xml
    .replace(/>\s*</g, ">\n<")
    .split("\n")
    .map((line) => {
      if (/^<\//.test(line)) depth -= 1;
      const shown = "  ".repeat(Math.max(depth, 0)) + line;
      if (/^<[^!?/][^>]*[^/]>$/.test(line) || /^<[a-zA-Z]>$/.test(line)) depth += 1;
      return shown;
    })
    .join("\n");
}

async function show(element: HTMLElement, words: Words, data: FormData): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-form-xml]");
  const file = data.get("xml_submission_file");
  if (!place || !(file instanceof Blob)) return;
  place.textContent = indented(await file.text());
  const section = place.closest<HTMLElement>("[hidden]");
  if (section) section.hidden = false;
  say(element, "info", words["previewed"] ?? "");
}

export function mount(element: HTMLElement): void {
  const words = wordsOf(element);
  let touched = false;
  element.addEventListener("input", () => (touched = true));
  if (element.dataset.url) {
    window.addEventListener("beforeunload", (event) => {
      if (touched) event.preventDefault();
    });
  }
  const submitted = async (payload: InstancePayload, after: AfterSubmit): Promise<void> => {
    const [data] = payload.data;
    if (payload.status !== "ready" || !data) return;
    if (!element.dataset.url) {
      await show(element, words, data);
      after();
    } else if (await send(element, words, data)) {
      touched = false;
      after({ next: POST_SUBMIT__NEW_INSTANCE });
    } else {
      after();
    }
  };
  fetch(element.dataset.xform ?? "")
    .then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    })
    .then((formXml) => {
      element.replaceChildren();
      element.classList.add("form-runner");
      translate(element, words);
      createApp({
        render: () =>
          h(OdkWebForm, {
            formXml,
            // Pictures and lists beside the form are not kept yet: shown blank instead of refusing the form.
            fetchFormAttachment: async () => new Response(null, { status: 404 }),
            missingResourceBehavior: "BLANK",
            onSubmit: submitted,
          }),
      })
        .use(webFormsPlugin)
        .mount(element);
    })
    .catch(() => say(element, "error", words["not loaded"] ?? ""));
}
