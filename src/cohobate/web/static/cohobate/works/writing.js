// Putting words into the field in such a way that the browser's own undo takes them out again.
import { units } from "./small.js";

export function insert(field, text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Marks what is selected, or makes an empty mark with the caret in it. */
export function mark(field, kind) {
  const { selectionStart: start, selectionEnd: end } = field;
  const words = field.value.slice(start, end);
  insert(field, `{${kind}: ${words}}`);
  if (!words) field.setSelectionRange(start + kind.length + 3, start + kind.length + 3);
}

/** Shows a place of the text, given in the units of this language. */
export function goTo(field, start, end) {
  field.focus();
  // A caret that is set is scrolled to only as something is typed, so it is scrolled to by its share of the text.
  field.setSelectionRange(start, end);
  const lines = field.value.slice(0, start).split("\n").length;
  const whole = field.value.split("\n").length;
  const share = whole > 20 ? lines / whole : start / Math.max(1, field.value.length);
  field.scrollTop = Math.max(0, share * field.scrollHeight - field.clientHeight / 3);
}

export function goToLine(field, line, column) {
  let start = 0;
  for (let counted = 1; counted < line; counted += 1) {
    const next = field.value.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = field.value.indexOf("\n", start);
  const row = field.value.slice(start, end < 0 ? undefined : end);
  goTo(field, start + units(row, column - 1), start + row.length);
}

/** Shows words that stood at a place when the server looked, wherever they are by now. */
export function goToWords(field, at, words) {
  const about = units(field.value, at);
  const places = [field.value.lastIndexOf(words, about), field.value.indexOf(words, about)].filter((place) => place >= 0);
  const start = places.sort((a, b) => Math.abs(a - about) - Math.abs(b - about))[0] ?? about;
  goTo(field, start, places.length ? start + words.length : start);
}

/** The part of a long text around the caret, cut between paragraphs, and how many lines are before it. */
export function part(field, most) {
  const text = field.value;
  if (text.length <= most) return { text, lines: 0, whole: true };
  const middle = field.selectionStart;
  let start = Math.max(0, Math.min(middle - most / 2, text.length - most));
  if (start) {
    const blank = text.indexOf("\n\n", start);
    start = blank >= 0 && blank < middle ? blank + 2 : start;
  }
  return { text: text.slice(start, start + most), lines: text.slice(0, start).split("\n").length - 1, whole: false };
}
