// Small things that the editor and the review share.

document.documentElement.classList.add("scripted");

const LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
export function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const say = (text, kind = "info") => window.cohobate.say(text, kind);
export const token = () => find("[name=csrfmiddlewaretoken]").value;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
export const time = (at) => clock.format(new Date(at));

const PATIENCE = 30000;
/** Sends fields to an address. Gives the status and the answer; status 0 where nobody answered. */
export async function send(address, fields, as = "json") {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), PATIENCE);
  const body = new FormData();
  for (const [name, value] of Object.entries(fields || {})) body.append(name, value);
  const accept = as === "json" ? "application/json" : "text/html";
  try {
    const answer = await fetch(address, {
      method: fields ? "POST" : "GET",
      credentials: "same-origin",
      signal: given.signal,
      headers: { Accept: accept, "X-CSRFToken": token() },
      ...(fields ? { body } : {}),
    });
    return { status: answer.status, answer: as === "json" ? await answer.json() : await answer.text() };
  } catch {
    return { status: 0, answer: null };
  } finally {
    clearTimeout(timer);
  }
}

/** What calls something once no more calls come for a while. */
export function later(milliseconds, doing) {
  let timer = 0;
  const call = () => {
    clearTimeout(timer);
    timer = setTimeout(doing, milliseconds);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}

/** Letters as the server counts them, in the units of this language: signs beyond the basic plane are two here. */
export function units(text, letters) {
  if (!/[\ud800-\udbff]/.test(text)) return letters;
  let at = 0;
  for (let counted = 0; counted < letters && at < text.length; counted += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}
