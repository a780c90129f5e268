// What stands beside the draft: its preview, its sources, advice, remarks, and earlier texts. All of it comes from the
// server, at pauses, and only what is looked at.
import { all, find, later, say, send } from "./small.js";
import { tabs } from "./tabs.js";
import { goToLine, goToWords, insert, part } from "./writing.js";

const PAUSE = 600;

export function beside(form, field, saver) {
  const box = find("[data-tabs]");
  const { open } = tabs(box);
  const shown = new Map(); // what each panel was made from
  const most = Number(form.dataset.part);

  // --- preview and advice, of what is typed ---------------------------------------------------------------------------

  async function renew(id, lines = 0) {
    const panel = find(`#${id}`);
    const place = find("[data-content]", panel);
    const { text, lines: before, whole } = part(field, most);
    if (panel.hidden || shown.get(id) === text) return;
    shown.set(id, text);
    const { status, answer } = await send(place.dataset.from, { text, as: form.dataset.me }, "html");
    if (status !== 200) {
      shown.delete(id);
      return;
    }
    if (shown.get(id) !== text) return;
    const { scrollTop } = panel;
    // Whoever is at one of its buttons stays there.
    const at = all("button, a", place).indexOf(document.activeElement);
    place.innerHTML = answer;
    if (at >= 0) (all("button, a", place)[at] || panel).focus({ preventScroll: true });
    place.dataset.lines = String(before + lines);
    panel.scrollTop = scrollTop;
    find("[data-part]", panel).hidden = whole;
  }
  const soon = later(PAUSE, () => ["preview", "advice"].forEach((id) => renew(id)));
  for (const event of ["input", "taken"]) field.addEventListener(event, soon);
  for (const id of ["preview", "advice"]) find(`#${id}`).addEventListener("opened", () => renew(id));
  // In a long draft the part around the caret is shown.
  for (const event of ["click", "keyup"]) field.addEventListener(event, () => field.value.length > most && soon());

  find("#advice").addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    const lines = Number(find("#advice [data-content]").dataset.lines || 0);
    if (button) goToLine(field, lines + Number(button.dataset.line), Number(button.dataset.column));
  });

  // --- sources, remarks, earlier texts, of what is saved ----------------------------------------------------------------

  async function fetchInto(place, address, fields) {
    const part = new URL(address, location);
    if (!fields) part.searchParams.set("part", "yes");
    const { status, answer } = await send(part, fields, "html");
    if (status === 0) say("The server cannot be reached. Try again in a moment.", "error");
    else if (status !== 200) say(status < 500 && answer.length < 500 ? answer : "That did not work. Reload the page and try again.", "error");
    else {
      place.innerHTML = answer;
      place.dataset.address = address;
      window.cohobate.prepare(place);
    }
    return status === 200;
  }
  for (const id of ["source", "remarks", "earlier"]) {
    const place = find(`#${id} [data-content]`);
    find(`#${id}`).addEventListener("opened", () => fetchInto(place, place.dataset.address || place.dataset.from));
    form.addEventListener("saved", later(2000, () => id !== "source" && !find(`#${id}`).hidden
      && !place.contains(document.activeElement) && fetchInto(place, place.dataset.from)));
    place.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-within]");
      if (!link) return;
      event.preventDefault();
      void fetchInto(place, link.href);
    });
    place.addEventListener("submit", async (event) => {
      const sent = event.target;
      if (!sent.matches("[data-within]")) return;
      event.preventDefault();
      const fields = new FormData(sent, event.submitter);
      if (sent.method === "get") await fetchInto(place, `${sent.action}?${new URLSearchParams(fields)}`);
      else if (await fetchInto(place, sent.action, Object.fromEntries(fields))) place.dataset.address = place.dataset.from;
    });
  }
  find("#source").addEventListener("click", (event) => {
    const button = event.target.closest("[data-cite]");
    if (!button) return;
    insert(field, button.dataset.cite);
    say("The citation stands where the caret was.");
  });
  find("#remarks").addEventListener("click", (event) => {
    const button = event.target.closest("[data-at]");
    if (button) goToWords(field, Number(button.dataset.at), button.dataset.words);
  });

  all("[data-within-tabs]").forEach((one) => { one.hidden = false; });
  open("preview");
  void saver;
}
