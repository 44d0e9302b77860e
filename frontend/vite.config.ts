import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

// Relative base: the files find each other wherever the static folder is mounted.
export default defineConfig({
  base: "",
  plugins: [tailwindcss()],
  build: {
    manifest: true,
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Fonts and workers stay files: the content security policy allows no data: scripts, and a cache keeps files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000, // the engine of forms comes as one piece
    rollupOptions: {
      checks: { pluginTimings: false },
      // htmx holds an eval for filters in hx-trigger; it is switched off (allowEval) and the policy forbids it besides.
      onwarn: (warning, warn) => warning.code === "EVAL" || warn(warning),
      input: {
        shell: "src/shell/main.ts",
        map: "src/map/main.ts",
        picker: "src/picker/main.ts",
        form: "src/form/main.ts",
        linkage: "src/linkage/main.ts",
      },
    },
  },
});
