// Grades, each sent when it is chosen, and again until the server has it.

import { outbox } from "./outbox.js";

const form = document.querySelector("#grades");
const say = (id, text, kind = "") => {
  const place = form.querySelector(`[data-answer="${id}"] [data-saved]`);
  if (place) [place.textContent, place.className] = [text, `saved ${kind}`];
};
const count = () => {
  document.querySelector("[data-done]").textContent = form.querySelectorAll("input[type=radio]:checked").length;
};
const of = (act) => Object.keys(act).find((name) => name.startsWith("grade-")).slice(6);

const box = outbox(form.dataset.key, {
  address: location.pathname,
  token: form.elements.csrfmiddlewaretoken.value,
  person: form.dataset.as,
  held: (act, why) => say(of(act), why ? `${why} The grade is kept in this browser.` : "Not sent yet; kept in this browser.", "held"),
  done: (act) => {
    say(of(act), "Saved.");
    count();
  },
  refused: (act, sentence) => say(of(act), sentence, "refused"),
});
form.addEventListener("change", (event) => box.send({ [event.target.name]: event.target.value }));
for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;
