// What jsdom lacks, because it lays nothing out and loads no blobs.

/** The blob URLs that were made, and those of them that were not revoked since. */
export const blobs = { made: [] as string[], open: new Set<string>() };

Element.prototype.scrollIntoView = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;
URL.createObjectURL = () => {
  const url = `blob:http://localhost/${blobs.made.length}`;
  blobs.made.push(url);
  blobs.open.add(url);
  return url;
};
URL.revokeObjectURL = (url) => {
  blobs.open.delete(url);
};
