// The camera reads the QR code of a card into a field of text and sends its form.
//
// <div data-island="scan" data-for="id_reference" data-label="Scan the card" data-stop="Stop the camera" data-denied="…" hidden></div>
// It stays hidden where the browser knows no codes or has no camera: the reference is typed then.
import "./handout.css";

interface Code {
  rawValue: string;
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<Code[]>;
}
type Detectors = { new (options: { formats: string[] }): Detector; getSupportedFormats?(): Promise<string[]> };

const PAUSE = 200; // ms between two looks: the telephone stays cool, nobody waits

export async function mount(element: HTMLElement): Promise<void> {
  const detectors = (window as unknown as { BarcodeDetector?: Detectors }).BarcodeDetector;
  const field = document.getElementById(element.dataset.for ?? "") as HTMLInputElement | null;
  if (!detectors || !field || !navigator.mediaDevices?.getUserMedia) return;
  const formats = await detectors.getSupportedFormats?.().catch((): string[] => []);
  if (formats && !formats.includes("qr_code")) return;

  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = element.dataset.label ?? "";
  const video = document.createElement("video");
  video.className = "scan-view";
  video.muted = true;
  video.playsInline = true;
  video.hidden = true;
  const status = document.createElement("p");
  status.className = "small muted";
  status.setAttribute("role", "status");
  element.append(button, video, status);
  element.hidden = false;

  const detector = new detectors({ formats: ["qr_code"] });
  let stream: MediaStream | undefined;

  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    video.hidden = true;
    button.textContent = element.dataset.label ?? "";
  };

  const look = async () => {
    while (stream) {
      const found = await detector.detect(video).catch(() => []);
      const text = found[0]?.rawValue.trim();
      if (text && stream) {
        stop();
        field.value = text;
        field.form?.requestSubmit();
        return;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };

  button.addEventListener("click", async () => {
    if (stream) return stop();
    status.textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      status.textContent = element.dataset.denied ?? "";
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = element.dataset.stop ?? "";
    await video.play().catch(() => undefined);
    void look();
  });
  window.addEventListener("pagehide", stop);
}
