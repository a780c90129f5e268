// The editor of a draft: saving at every pause, and what stands beside it.
import { Conflict } from "./conflict.js";
import { Kept } from "./keeping.js";
import { beside } from "./beside.js";
import { Saver } from "./saving.js";
import { all, find, say, send, time } from "./small.js";
import { mark } from "./writing.js";

const form = find("#writing");
const field = find("#text");
const kept = new Kept(form.dataset.work, form.dataset.me);
const state = find("[data-state]");

// Whoever listens to the page hears of trouble and of its end, and not of every pause.
let trouble = false;
function show(words, kind) {
  state.parentElement.className = `state ${kind}`;
  if (state.textContent !== words) state.textContent = words;
  if (kind === "trouble" || (kind === "saved" && trouble)) find("[data-heard]").textContent = words;
  if (kind) trouble = kind === "trouble";
}

function news(told) {
  const box = find("#news");
  find("[data-news]", box).textContent = `${told.mine ? "You saved another text in another tab or on another device" : `Somebody else saved: ${told.by}`}, ${time(told.at)}. `
    + "You see the one before it; if you write on here, you are shown both.";
  box.hidden = false;
}

const saver = new Saver({ form, field, kept, show, news, conflict: (found) => {
  find("#news").hidden = true;
  conflict.show(found);
} });
const conflict = new Conflict(form, saver);
kept.onNews = ({ saved }) => saved && saver.learn({ ...saved, mine: true });
beside(form, field, saver);

// --- what was left behind -------------------------------------------------------------------------------------------

async function restore() {
  const [latest, ...others] = (await kept.left()).filter((one) => {
    if (one.text !== field.value) return true;
    // It is in the field, and so it is either saved or kept by this tab.
    kept.write();
    if (kept.works) kept.drop(one.tab);
    return false;
  });
  if (!latest) return;
  const aside = [...others];
  if (saver.unsaved) aside.unshift(latest);
  else {
    saver.take(latest.text, latest.revision, { follows: latest.follows || [] });
    kept.write();
    if (kept.works) kept.drop(latest.tab);
    find("#restored").hidden = false;
    void saver.save();
  }
  for (const one of aside) {
    const { status } = await send(form.dataset.aside, { text: one.text, base: one.revision, as: form.dataset.me });
    if (status !== 200) continue;
    kept.drop(one.tab);
    say("Another text that you had typed here, and that was not saved, is kept under “Earlier”.");
  }
}

// A page that came with a conflict, as a form was sent without this script's help: it is asked for again, to be shown here.
if (!find("#conflict").hidden) saver.take(field.value, Number(form.elements.base.value));
else if (find("[role=alert]")) saver.take(field.value, saver.revision);
if (saver.unsaved) void saver.save();
void restore();

// --- buttons --------------------------------------------------------------------------------------------------------

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (saver.leaving || button?.dataset.choice) return;
  event.preventDefault();
  const saved = await saver.save();
  if (button?.value !== "version") return;
  if (!saved) {
    say("The draft is not saved yet, so it was not kept as a version. Try again when it is.", "warning");
    return;
  }
  saver.leaving = true;
  // Where all was saved already this is still the same submission, and a browser begins no other one within it.
  setTimeout(() => form.requestSubmit(button));
});

find("#note").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  form.requestSubmit(find("[value=version]", form));
});
for (const button of all("[data-mark]")) button.addEventListener("click", () => mark(field, button.dataset.mark));
find("#reload").addEventListener("click", () => location.reload());
field.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    void saver.save();
  }
});
for (const one of all("[data-script]")) one.hidden = false;
