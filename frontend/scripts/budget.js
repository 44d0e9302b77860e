// What an ordinary page loads (the shell and what it imports at once, no island), compressed: under 100 kB of script, 60 kB of CSS.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const manifest = JSON.parse(readFileSync(join(dist, ".vite", "manifest.json"), "utf8"));
const scripts = new Set();
const styles = new Set();

function take(key) {
  const chunk = manifest[key];
  if (!chunk || scripts.has(chunk.file)) return;
  scripts.add(chunk.file);
  for (const style of chunk.css ?? []) styles.add(style);
  for (const other of chunk.imports ?? []) take(other);
}
take("src/shell/main.ts");

// The engine of forms is ODK's own and heavy. It loads on two pages only (preview and filling), where somebody will work for
// minutes, and stays in the browser's cache; it is weighed apart, so that it does not grow unseen.
const ordinary = [...scripts];
const dress = [...styles];
scripts.clear();
take("src/form/main.ts");
const engine = [...scripts].filter((name) => !ordinary.includes(name));

const weigh = (names) => [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, name))).length, 0);
const result = {
  script_bytes: weigh(ordinary),
  style_bytes: weigh(dress),
  form_bytes: weigh(engine),
  script_limit: 100_000,
  style_limit: 60_000,
  form_limit: 1_400_000,
};
console.log(JSON.stringify(result));
if (result.form_bytes > result.form_limit) {
  console.error("The engine of forms has grown: see what its new version brings before raising the limit.");
  process.exit(1);
}
if (result.script_bytes > result.script_limit || result.style_bytes > result.style_limit) {
  console.error("An ordinary page is too heavy: move code into an island that loads only where it is used.");
  process.exit(1);
}
