// What jsdom lacks, because it lays nothing out and loads no blobs.
import { vi } from 'vitest';

if (typeof document !== 'undefined') {
  Element.prototype.scrollIntoView = () => undefined;
  HTMLCanvasElement.prototype.getContext = () => null;
  let made = 0;
  URL.createObjectURL = vi.fn(() => `blob:http://localhost/${++made}`);
  URL.revokeObjectURL = vi.fn();
}
