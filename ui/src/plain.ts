/**
 * Text from outside, made safe to look at. The Rust side has cleaned it already; this holds even if it had not.
 * It is only ever set as text, never as HTML.
 */

/** Control characters, and those that change the direction of what follows or join invisibly. */
const unseen =
  // eslint-disable-next-line no-control-regex -- these are the very characters that must go
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** What a person takes for one letter, with all its marks. */
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One line of at most `most` letters, without anything unseen. What is cut ends in `cut`. */
export function plain(text: string, most = 120, cut = '…'): string {
  // Far more than `most` is never looked at: a name of a megabyte costs nothing.
  const line = text
    .slice(0, most * 8)
    .replace(unseen, '')
    // More than three marks on one letter reach into the lines above and below.
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
  const seen = Array.from(letters.segment(line), ({ segment }) => segment);
  return seen.length > most ? `${seen.slice(0, most - cut.length).join('').trimEnd()}${cut}` : line;
}
