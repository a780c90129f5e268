// The review: remarks on what is selected. Words that are typed and not sent yet are kept in this browser.
import { all, find, fresh as newId, say, send } from "./small.js";

const box = find("#review");
const form = find("#saying");
const SPACES = /\s/gu;
const counted = (text) => [...text.replace(SPACES, "")].length;

// --- keeping what is typed --------------------------------------------------------------------------------------------

const key = (name) => `cohobate.said.${box.dataset.work}.${box.dataset.me}.${name}`;
function keep(field) {
  try {
    if (field.value.trim()) {
      // With the id that it is sent under: should it have arrived, and only the answer not, it counts once.
      const place = field.dataset.kept === "remark" ? placed() : {};
      localStorage.setItem(key(field.dataset.kept), JSON.stringify({ ...place, id: field.form.elements.id.value, text: field.value }));
    } else localStorage.removeItem(key(field.dataset.kept));
  } catch {
    // Then it lasts as long as the page.
  }
}
function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(key(name)));
  } catch {
    return null;
  }
}

// --- the form, at a paragraph or a passage ---------------------------------------------------------------------------

const NAMES = ["digest", "version", "part", "block", "last", "quote", "before"];
const fresh = { last: "", quote: "", before: "0", ...Object.fromEntries(["digest", "version", "part"].map((name) => [name, form?.elements[name].value])) };
const placed = () => Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));

function open(place, focus = true) {
  for (const [name, value] of Object.entries(place)) if (NAMES.includes(name)) form.elements[name].value = value;
  const quoted = find("[data-quoted]", form);
  quoted.hidden = !place.quote;
  quoted.textContent = place.quote || "";
  // What is on another part, or on another version, is written at the end of this one.
  const here = form.elements.digest.value === box.dataset.digest && find(`#b${CSS.escape(String(place.block))} .margin`);
  (here || find("#b0 .margin")).append(form);
  form.hidden = false;
  if (focus) form.elements.text.focus();
}

function close() {
  form.hidden = true;
  form.elements.text.value = "";
  keep(form.elements.text);
}

// --- what is selected ---------------------------------------------------------------------------------------------------

const picked = find("#picked");
let chosen = null;

/** The passage that is selected, if it lies in the text: its blocks, its words, and how much of the first stands before. */
function selection() {
  const found = document.getSelection();
  if (!found || found.isCollapsed || !found.rangeCount) return null;
  const range = found.getRangeAt(0);
  const texts = all("[data-text]", box).filter((one) => range.intersectsNode(one));
  const inside = texts.filter((one) => {
    const within = document.createRange();
    within.selectNodeContents(one);
    return within.compareBoundaryPoints(Range.END_TO_START, range) < 0 && within.compareBoundaryPoints(Range.START_TO_END, range) > 0;
  });
  if (!inside.length) return null;
  const part = (one, cut) => {
    const within = document.createRange();
    within.selectNodeContents(one);
    cut(within);
    return within.toString();
  };
  const quote = inside.map((one) => part(one, (within) => {
    if (within.compareBoundaryPoints(Range.START_TO_START, range) < 0) within.setStart(range.startContainer, range.startOffset);
    if (within.compareBoundaryPoints(Range.END_TO_END, range) > 0) within.setEnd(range.endContainer, range.endOffset);
  })).join("\n\n").trim();
  if (!quote) return null;
  const first = inside[0];
  const before = first.contains(range.startContainer)
    ? part(first, (within) => within.setEnd(range.startContainer, range.startOffset)) : "";
  const number = (one) => one.closest("[data-block]").dataset.block;
  return { ...fresh, block: number(first), last: number(inside.at(-1)), quote, before: String(counted(before)) };
}

function pick() {
  chosen = selection();
  picked.hidden = !chosen;
  if (!chosen) return;
  const rect = document.getSelection().getRangeAt(0).getBoundingClientRect();
  picked.style.setProperty("--top", `${rect.bottom + scrollY + 6}px`);
  picked.style.setProperty("--left", `${Math.max(8, Math.min(rect.left, innerWidth - 190)) + scrollX}px`);
}

// --- colouring what remarks are on -------------------------------------------------------------------------------------

function colour() {
  if (!("highlights" in CSS)) return;
  const ranges = { open: [], settled: [] };
  for (const remark of all("[data-highlight]", box)) {
    const range = rangeOf(Number(remark.dataset.highlight), Number(remark.dataset.before), Number(remark.dataset.length));
    if (range) ranges[remark.classList.contains("open") ? "open" : "settled"].push(range);
  }
  CSS.highlights.set("remarked", new Highlight(...ranges.open));
  CSS.highlights.set("settled", new Highlight(...ranges.settled));
}

function rangeOf(block, before, length) {
  const range = document.createRange();
  let left = before;
  let started = false;
  for (let number = block; ; number += 1) {
    const text = find(`#b${number} [data-text]`);
    if (!text) return null;
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let i = 0; i < node.data.length; i += 1) {
        if (/[\s\udc00-\udfff]/u.test(node.data[i]) || /[\udc00-\udfff]/.test(node.data[i])) continue;
        if (!started && left === 0) {
          range.setStart(node, i);
          started = true;
          left = length;
        }
        left -= 1;
        if (started && left === 0) {
          range.setEnd(node, i + (node.data.codePointAt(i) > 0xffff ? 2 : 1));
          return range;
        }
      }
    }
  }
}

// --- all of it ------------------------------------------------------------------------------------------------------------

if (box && form) {
  document.addEventListener("selectionchange", pick);
  picked.addEventListener("pointerdown", (event) => event.preventDefault());
  picked.addEventListener("click", () => {
    if (!chosen) return;
    open(chosen);
    picked.hidden = true;
  });
  box.addEventListener("click", (event) => {
    const link = event.target.closest("[data-on]");
    if (link) {
      event.preventDefault();
      open({ ...fresh, block: link.dataset.on });
    } else if (event.target.closest("[data-never]")) close();
  });
  find("[data-never]", form).hidden = false;
  const typed = kept("remark");
  if (typed?.text && !form.elements.text.value) {
    open(typed, false);
    if (typed.id) form.elements.id.value = typed.id;
    form.elements.text.value = typed.text;
    say("What you had typed here is back.");
  }
  for (const field of all("[data-kept]:not([data-kept=remark])")) {
    const words = kept(field.dataset.kept);
    if (!words?.text || field.value) continue;
    field.value = words.text;
    if (words.id) field.form.elements.id.value = words.id;
    const details = field.closest("details");
    if (details) details.open = true;
  }
  document.addEventListener("input", (event) => event.target.matches("[data-kept]") && keep(event.target));
  document.addEventListener("submit", async (event) => {
    const sent = event.target;
    if (!sent.matches("[data-say]")) return;
    event.preventDefault();
    const { status, answer } = await send(sent.action, Object.fromEntries(new FormData(sent, event.submitter)));
    if (status === 200) {
      for (const field of all("[data-kept]", sent)) {
        field.value = "";
        keep(field);
      }
      const before = location.href.split("#")[0];
      location.assign(answer.to);
      if (before === location.href.split("#")[0]) location.reload();
    } else if (status === 0) say("The server cannot be reached. Your words are kept in this browser; send them again in a moment.", "error");
    else if (status === 409) {
      sent.elements.id.value = newId();
      all("[data-kept]", sent).forEach(keep);
      say(answer.sentence, "error");
    } else say(answer?.sentence || "That did not work. Your words are kept; reload the page and send them again.", "error");
  });
  colour();
  for (const one of all("[data-script]")) one.hidden = false;
}
