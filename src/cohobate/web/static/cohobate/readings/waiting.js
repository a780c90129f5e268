// Sends what was answered while the server could not be reached, from pages that have no questions on them.

import { outbox } from "./outbox.js";

const place = document.querySelector("[data-outbox]");
const quiet = () => {};
const told = (_, sentence) => window.cohobate.say(sentence, "error");
outbox(place.dataset.outbox, {
  address: place.dataset.address,
  token: place.dataset.token,
  held: quiet,
  done: quiet,
  refused: told,
});
