// The shell's script: everything here only improves pages that already work without it.
import "../styles/shell.css";
import htmx from "htmx.org";

import { startAnswers } from "./answers";
import { startConfirmations } from "./confirming";
import { startForms } from "./forms";
import { startIslands } from "./islands";
import { startKeyboard } from "./keyboard";
import { startMenus } from "./menus";
import { startProgress } from "./progress";
import { startTheme } from "./theme";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

// The content security policy allows neither eval nor inline styles; htmx needs neither.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // pages may hold personal data: the browser keeps no copy of them
htmx.config.refreshOnHistoryMiss = true;
htmx.config.selfRequestsOnly = true;

startTheme();
startKeyboard();
startMenus();
startConfirmations();
startForms();
startAnswers();
startProgress();
startIslands(document);
document.addEventListener("htmx:load", (event) => startIslands(event.target as HTMLElement));
