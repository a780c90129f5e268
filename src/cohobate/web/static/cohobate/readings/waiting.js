// Sends what was answered while the server could not be reached, from pages that have no questions on them.

import { outbox } from "./outbox.js";

const place = document.querySelector("[data-outbox]");
const quiet = () => {};
const held = (_, why) => {
  if (why) window.cohobate.say(`${why} What you answered is kept in this browser.`, "error");
};
const told = (_, sentence) => window.cohobate.say(sentence, "error");
outbox(place.dataset.outbox, {
  address: place.dataset.address,
  token: place.dataset.token,
  person: place.dataset.as,
  held,
  done: quiet,
  refused: told,
});
