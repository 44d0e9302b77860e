// Copies the Lucide icons that templates and rooms name, and only those, into dist/icons; an unknown name stops the build.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "..", "src", "banyan");
const lucide = join(here, "..", "node_modules", "lucide-static", "icons");
const target = join(here, "..", "dist", "icons");

// {% icon "map-pin" %} in templates; icon="map-pin" in includes and Python; "icon:map-pin" where a name stands in data.
const named = [/\{%\s*icon\s+["']([a-z0-9-]+)["']/g, /\bicon=["']([a-z0-9-]+)["']/g, /["']icon:([a-z0-9-]+)["']/g];

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.(html|py)$/.test(entry.name)) yield path;
  }
}

// A module without an icon of its own gets the square.
const names = new Set(["square"]);
for (const path of files(source)) {
  const text = readFileSync(path, "utf8");
  for (const pattern of named) for (const match of text.matchAll(pattern)) names.add(match[1]);
}

mkdirSync(target, { recursive: true });
const unknown = [];
for (const name of [...names].sort()) {
  const path = join(lucide, `${name}.svg`);
  if (!existsSync(path)) {
    unknown.push(name);
    continue;
  }
  const inner = readFileSync(path, "utf8")
    .replace(/<!--.*?-->/gs, "")
    .replace(/^.*?<svg[^>]*>/s, "")
    .replace(/<\/svg>\s*$/s, "");
  writeFileSync(join(target, `${name}.svg`), inner.replace(/\s+/g, " ").trim());
}
if (unknown.length) {
  console.error(`No such icon in Lucide: ${unknown.join(", ")}. See https://lucide.dev/icons for the names.`);
  process.exit(1);
}
console.log(`${names.size} icons`);
