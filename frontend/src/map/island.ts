// Boundaries on a plain ground: no tiles, nothing loaded from outside.
//
// <div class="map" data-island="map" data-url="/places/…/boundary.json" data-label="Map of …">fallback: table or link</div>
//   data-url       GeoJSON FeatureCollection; properties: name, url (optional), role "self" | "child" | "context" (optional)
//   data-label     what the map shows, for screen readers
//   data-failed    what to say when the boundaries cannot be loaded (translated by the server)
// The words inside the element stay for people without script or WebGL; the table of the same places stands beside the map.
import "maplibre-gl/dist/maplibre-gl.css";

import type { FeatureCollection, Position } from "geojson";
import {
  LngLatBounds,
  Map as GlMap,
  NavigationControl,
  Popup,
  ScaleControl,
  setWorkerUrl,
  type MapLayerMouseEvent,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

setWorkerUrl(workerUrl);

/** A theme colour as the rgb() text MapLibre understands (it knows no oklch). */
function colour(name: string): string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true })!;
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#000";
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function style(data: FeatureCollection): StyleSpecification {
  const leaf = colour("--color-primary");
  const line = colour("--color-base-content");
  return {
    version: 8,
    sources: { places: { type: "geojson", data, generateId: true } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("--color-base-200") } },
      {
        id: "areas",
        type: "fill",
        source: "places",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: {
          "fill-color": ["match", ["get", "role"], "context", line, leaf],
          "fill-opacity": [
            "case",
            ["boolean", ["feature-state", "hover"], false],
            0.42,
            ["match", ["get", "role"], "context", 0.05, "child", 0.16, 0.2],
          ],
        },
      },
      {
        id: "borders",
        type: "line",
        source: "places",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: {
          "line-color": ["match", ["get", "role"], "context", line, leaf],
          "line-width": ["match", ["get", "role"], "self", 2.25, "child", 1, "context", 0.5, 1.5],
          "line-opacity": ["match", ["get", "role"], "context", 0.4, 1],
        },
      },
      {
        id: "points",
        type: "circle",
        source: "places",
        filter: ["==", ["geometry-type"], "Point"],
        paint: {
          "circle-color": leaf,
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 3, 10, 6],
          "circle-stroke-color": colour("--color-base-100"),
          "circle-stroke-width": 1.5,
        },
      },
    ],
  };
}

function bounds(data: FeatureCollection): LngLatBounds {
  const box = new LngLatBounds();
  const add = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") box.extend(part.slice(0, 2) as [number, number]);
    else for (const inner of part as Position[]) add(inner);
  };
  for (const feature of data.features) {
    if (feature.properties?.role !== "context" && feature.geometry && "coordinates" in feature.geometry) {
      add(feature.geometry.coordinates);
    }
  }
  return box;
}

async function draw(element: HTMLElement): Promise<void> {
  const response = await fetch(element.dataset.url ?? "", { headers: { Accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  const data = (await response.json()) as FeatureCollection;
  const box = bounds(data);
  if (box.isEmpty()) return;
  element.replaceChildren();
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", element.dataset.label ?? "");
  const map = new GlMap({
    container: element,
    style: style(data),
    bounds: box,
    fitBoundsOptions: { padding: 28, maxZoom: 12 },
    attributionControl: false,
    cooperativeGestures: window.matchMedia("(pointer: coarse)").matches,
    renderWorldCopies: false,
    dragRotate: false,
    pitchWithRotate: false,
  });
  map.touchZoomRotate.disableRotation();
  const rtl = document.documentElement.dir === "rtl";
  map.addControl(new NavigationControl({ showCompass: false }), rtl ? "top-left" : "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), rtl ? "bottom-right" : "bottom-left");

  const popup = new Popup({ closeButton: false, closeOnClick: false, className: "map-name" });
  let hovered: number | string | undefined;
  const leave = () => {
    if (hovered !== undefined) map.setFeatureState({ source: "places", id: hovered }, { hover: false });
    hovered = undefined;
    popup.remove();
    map.getCanvas().style.cursor = "";
  };
  const move = (event: MapLayerMouseEvent) => {
    const feature = event.features?.[0];
    if (!feature?.properties?.name) return;
    if (feature.id !== hovered) {
      leave();
      hovered = feature.id;
      if (hovered !== undefined) map.setFeatureState({ source: "places", id: hovered }, { hover: true });
    }
    popup.setLngLat(event.lngLat).setText(String(feature.properties.name)).addTo(map);
    map.getCanvas().style.cursor = feature.properties.url ? "pointer" : "";
  };
  for (const layer of ["areas", "points"]) {
    map.on("mousemove", layer, move);
    map.on("mouseleave", layer, leave);
    map.on("click", layer, (event) => {
      const url = event.features?.[0]?.properties?.url;
      // Only addresses of this installation: the data may have come from a file somebody imported.
      if (typeof url === "string" && url.startsWith("/") && !url.startsWith("//")) window.location.assign(url);
    });
  }
  const repaint = () => map.setStyle(style(data));
  document.addEventListener("banyan:theme", repaint);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  map.once("idle", () => (element.dataset.ready = "yes"));
}

export function mount(element: HTMLElement): void {
  draw(element).catch(() => {
    const note = document.createElement("p");
    note.className = "panel-body muted";
    note.setAttribute("role", "status");
    note.textContent = element.dataset.failed ?? "";
    element.replaceChildren(note);
  });
}
