// A field to sign in with a finger or a pen. What is drawn goes into a hidden field as a picture.
//
// <div data-island="signature" data-for="id_signature" data-label="Sign here" data-clear="Clear" hidden></div>
// Without script it stays hidden, and a photo is taken instead; so it is for who cannot draw.
import "./handout.css";

const WIDTH = 600;
const HEIGHT = 200;

export function mount(element: HTMLElement): void {
  const field = document.getElementById(element.dataset.for ?? "") as HTMLInputElement | null;
  const canvas = document.createElement("canvas");
  const ink = canvas.getContext("2d");
  if (!field || !ink) return;
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.className = "signature-field";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", element.dataset.label ?? "");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "btn btn-ghost";
  clear.textContent = element.dataset.clear ?? "";
  element.append(canvas, clear);
  element.hidden = false;

  const empty = () => {
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, WIDTH, HEIGHT);
    ink.strokeStyle = "#111";
    ink.lineWidth = 3;
    ink.lineCap = "round";
    ink.lineJoin = "round";
    field.value = "";
  };
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  let drawing = false;
  let strokes = 0;
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    ink.beginPath();
    ink.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    ink.lineTo(...at(event));
    ink.stroke();
    strokes += 1;
  });
  const lift = () => {
    if (!drawing) return;
    drawing = false;
    // A tap is no signature.
    if (strokes > 3) field.value = canvas.toDataURL("image/png");
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  clear.addEventListener("click", () => {
    strokes = 0;
    empty();
  });
  empty();
}
