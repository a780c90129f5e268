// A reader's page: every choice is sent at once, and stays in an outbox until the server has it; and the time that is left.

import { outbox } from "./outbox.js";

const form = document.querySelector("#answers");
const part = form.elements.part.value;
const token = form.elements.csrfmiddlewaretoken.value;
const clock = document.querySelector(".left");
const telling = clock.querySelector("[data-clock]");
const openOnes = form.querySelector("[data-open]");
const PAUSE = 1200;
const KEPT = "Your answer is kept in this browser.";

const say = (item, text, kind = "") => {
  const place = form.querySelector(`[data-item="${item}"] [data-saved]`);
  if (!place) return;
  place.textContent = text;
  place.className = `saved ${kind}`;
};

const box = outbox(form.dataset.key, {
  token,
  address: form.action,
  person: form.dataset.as,
  held: (act, why) =>
    say(act.item, why ? `${why} ${KEPT}` : "Not sent yet; it is kept in this browser, and goes out as soon as may be.", "held"),
  done: (act, told) => {
    if (act.part !== part) return;
    if (told.late) say(act.item, "This came after the time was up, and does not count.", "refused");
    else say(act.item, "Saved.");
  },
  refused: (act, sentence) => say(act.item, sentence, "refused"),
});

// --- answers ---------------------------------------------------------------------------------------------------------

const answerOf = (item) => {
  const box = item.querySelector("input[type=checkbox]");
  const text = item.querySelector("textarea");
  if (text) return box.checked ? { choice: "unsure", text: "" } : { choice: "", text: text.value };
  const chosen = item.querySelector("input[type=radio]:checked");
  return chosen ? { choice: chosen.value, text: "" } : null;
};

const empty = (item) => {
  const given = answerOf(item);
  return !given || (!given.choice && !given.text.trim());
};

function count() {
  const left = [...form.querySelectorAll("[data-item]")].filter(empty).length;
  openOnes.textContent = left ? `${left} not answered yet` : "All answered";
}

// What is typed is in the browser at each letter, until it goes into the outbox.
const typed = (item) => `${form.dataset.key.replace("outbox", "typed")}.${part}.${item.dataset.item}`;
function store(item, text) {
  try {
    if (text === null) localStorage.removeItem(typed(item));
    else localStorage.setItem(typed(item), text);
  } catch {
    // No store, or a full one: then it is sent at the next pause.
  }
}
function stored(item) {
  try {
    return localStorage.getItem(typed(item));
  } catch {
    return null;
  }
}

function send(item) {
  const given = answerOf(item);
  if (given) box.send({ part, item: item.dataset.item, ...given });
  store(item, null);
  count();
}

const waiting = new Map();
function sendNow(item) {
  clearTimeout(waiting.get(item));
  if (waiting.delete(item)) send(item);
}

form.addEventListener("change", (event) => {
  const item = event.target.closest("[data-item]");
  if (!item) return;
  if (event.target.matches("textarea")) sendNow(item);
  else send(item);
});
form.addEventListener("input", (event) => {
  const item = event.target.closest("[data-item]");
  if (!item || !event.target.matches("textarea")) return;
  const box = item.querySelector("input[type=checkbox]");
  if (event.target.value.trim()) box.checked = false;
  store(item, event.target.value);
  clearTimeout(waiting.get(item));
  waiting.set(item, setTimeout(() => sendNow(item), PAUSE));
});

// What was kept when the connection broke stands in the form again.
for (const act of box.waiting()) {
  if (act.part !== part) continue;
  const item = form.querySelector(`[data-item="${act.item}"]`);
  if (!item) continue;
  const text = item.querySelector("textarea");
  if (text) {
    text.value = act.text;
    item.querySelector("input[type=checkbox]").checked = act.choice === "unsure";
  } else {
    const chosen = item.querySelector(`input[value="${act.choice}"]`);
    if (chosen) chosen.checked = true;
  }
}
for (const item of form.querySelectorAll("[data-item]")) {
  const text = stored(item);
  if (text === null) continue;
  item.querySelector("textarea").value = text;
  send(item);
}
addEventListener("pagehide", () => {
  for (const item of [...waiting.keys()]) sendNow(item);
});
count();

// --- the end of a part --------------------------------------------------------------------------------------------------

async function settle() {
  for (const item of [...waiting.keys()]) sendNow(item);
  return box.empty(8000);
}

let ending = false;
async function finish(why) {
  if (ending) return;
  ending = true;
  for (const one of form.querySelectorAll("button")) one.disabled = true;
  let sent = await settle();
  // When the time is up there is nothing to go back to: it goes on as soon as the server can be reached.
  while (!sent && why === "time") {
    const trouble = box.why() ? `${box.why()} Your answers are kept in this browser.` : "The server cannot be reached; this goes on by itself.";
    telling.textContent = `The time is up. ${trouble}`;
    await new Promise((resolve) => setTimeout(resolve, 500));
    sent = await box.empty(60_000);
  }
  if (!sent) {
    ending = false;
    for (const one of form.querySelectorAll("button")) one.disabled = false;
    const trouble = box.why() || "The server cannot be reached.";
    window.cohobate.say(`${trouble} Your answers are kept here; try again in a moment.`, "error");
    return;
  }
  const go = document.createElement("form");
  go.method = "post";
  go.action = form.dataset.go;
  const fields = { csrfmiddlewaretoken: token, as: form.dataset.as, kind: "finish", part, why, id: box.id() };
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    go.append(field);
  }
  document.body.append(go);
  go.submit();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  finish("reader");
});

// --- the clock --------------------------------------------------------------------------------------------------------

const until = performance.now() + Number(clock.dataset.left) * 1000;
let told = "";
function tick() {
  const left = Math.max(0, (until - performance.now()) / 1000);
  const minutes = Math.floor(left / 60);
  const text = left >= 120 ? `${minutes} minutes left` : left > 60 ? "about a minute left" : left > 20 ? "less than a minute left" : `${Math.ceil(left)} seconds left`;
  if (text !== told) telling.textContent = told = text;
  clock.classList.toggle("soon", left < 60);
  if (left <= 0) {
    for (const one of form.querySelectorAll("input, textarea")) if (one.type !== "hidden") one.disabled = true;
    finish("time");
  } else setTimeout(tick, left > 125 ? 5000 : 500);
}
for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;
tick();
