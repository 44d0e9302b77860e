// A form to be filled, run by ODK's own engine: heavy (about 1.2 MB compressed) and with a look of its own for the whole page.
// So it has pages to itself (preview and filling), which load neither the shell's script nor its style.
//
// <div data-form data-xform="/forms/…/xform" data-url="/collection/…/fill" data-token="…" data-language="ar">fallback</div>
//   data-xform     address of the XForm
//   data-url       where the answers go (multipart: xml_submission_file and attachments; answers JSON {"url"}).
//                  Absent: a preview. The XML that would be sent is shown, nothing leaves the page.
//   data-token     the CSRF token for that address
//   data-language  language of the page: the form begins in it if it has it
// <script type="application/json" id="form-words"> holds the engine's own English words, translated by the server.
import { createApp, h } from "vue";
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin, type AfterSubmit, type InstancePayload } from "@getodk/web-forms";

import "../styles/fonts.css";
import "./form.css";

type Words = Record<string, string>;

function wordsOf(): Words {
  const block = document.getElementById("form-words");
  return block?.textContent ? (JSON.parse(block.textContent) as Words) : {};
}

/** Let the form begin in the language of the page: XForms marks one translation as the default. */
function beginIn(xml: string, language: string): string {
  const form = new DOMParser().parseFromString(xml, "text/xml");
  const translations = [...form.getElementsByTagName("translation")];
  const wanted = translations.find((each) => {
    const name = (each.getAttribute("lang") ?? "").toLowerCase();
    return name === language || name.includes(`(${language}`) || name.startsWith(`${language}-`);
  });
  if (!language || !wanted) return xml;
  translations.forEach((each) => each.removeAttribute("default"));
  wanted.setAttribute("default", "true()");
  return new XMLSerializer().serializeToString(form);
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
      const before = text.nodeValue ?? "";
      if (other !== undefined && other !== before.trim()) text.nodeValue = before.replace(before.trim(), other);
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

function say(tone: "success" | "error" | "info", text: string, link?: { url: string; text: string }): void {
  const box = document.querySelector<HTMLElement>("[data-form-said]");
  if (!box) return;
  box.replaceChildren();
  box.className = `said said-${tone}`;
  box.setAttribute("role", tone === "error" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.url;
    anchor.textContent = link.text;
    box.append(" ", anchor);
  }
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
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
      say("success", words["sent"] ?? "", link);
      return true;
    }
    say("error", [told.detail ?? told.title ?? words["failed"], told.mend].filter(Boolean).join(" "));
  } catch {
    say("error", words["offline"] ?? "");
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

async function show(words: Words, data: FormData): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-form-xml]");
  const file = data.get("xml_submission_file");
  if (!place || !(file instanceof Blob)) return;
  place.textContent = indented(await file.text());
  const section = place.closest<HTMLElement>("[hidden]");
  if (section) section.hidden = false;
  say("info", words["previewed"] ?? "");
}

function mount(element: HTMLElement): void {
  const words = wordsOf();
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
      await show(words, data);
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
            formXml: beginIn(formXml, element.dataset.language ?? ""),
            // Pictures and lists beside the form are not kept yet: shown blank instead of refusing the form.
            fetchFormAttachment: async () => new Response(null, { status: 404 }),
            missingResourceBehavior: "BLANK",
            onSubmit: submitted,
          }),
      })
        .use(webFormsPlugin)
        .mount(element);
    })
    .catch(() => say("error", words["not loaded"] ?? ""));
}

document.querySelectorAll<HTMLElement>("[data-form]").forEach(mount);
