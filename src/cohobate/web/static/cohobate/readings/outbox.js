// What was done and is not with the server yet, in this browser's store: each act once, in order, with an id of its own.
// Each has a place of its own there, so that two tabs take nothing from one another. An act is dropped when the server
// has it, or refuses that very act. A refusal that says nothing of it, as that somebody else is here now, leaves it there.

const TAKEN = 200;
const REFUSED = [409, 422];
const NOT_OF_IT = [403, 404, 413];

export function outbox(key, { address, token, person, held, done, refused }) {
  let busy = false;
  let why = "";
  let pause = 400;
  const prefix = `${key}.`;

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  };

  function read() {
    try {
      return Object.keys(localStorage)
        .filter((name) => name.startsWith(prefix))
        .map((name) => JSON.parse(localStorage.getItem(name)))
        .sort((one, other) => one.at - other.at);
    } catch {
      return [];
    }
  }

  let acts = read();

  function keep(act) {
    try {
      localStorage.setItem(prefix + act.fields.id, JSON.stringify(act));
    } catch {
      // No store, or a full one: then what waits lives as long as the page.
    }
  }

  function drop(act) {
    acts = acts.filter((one) => one !== act);
    try {
      localStorage.removeItem(prefix + act.fields.id);
    } catch {
      // Then it was not there.
    }
  }

  // What the server says of an act; null if it says nothing that is to be believed.
  async function send(act) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token },
        body: new URLSearchParams({ ...act.fields, as: person }),
      });
      // Another server between, such as a network that asks to sign in, says something else.
      const known = [TAKEN, ...REFUSED, ...NOT_OF_IT].includes(answer.status);
      return known ? { status: answer.status, ...(await answer.json()) } : null;
    } catch {
      return null;
    }
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (acts.length) {
      const [act] = acts;
      const told = await send(act);
      if (told === null) {
        held(act.fields);
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 1.7, 5000);
        continue;
      }
      pause = 400;
      why = NOT_OF_IT.includes(told.status) ? told.sentence : "";
      if (why) {
        // Until something else happens: more of the same would only be refused again.
        for (const one of acts) held(one.fields, why);
        break;
      }
      drop(act);
      if (told.ok) done(act.fields, told);
      else refused(act.fields, told.sentence);
    }
    busy = false;
  }

  for (const change of ["online", "focus"]) {
    addEventListener(change, () => {
      pause = 400;
      work();
    });
  }
  // Once whoever asked has what they need to hear of it.
  setTimeout(work);

  return {
    id: newId,
    waiting: () => acts.map((one) => one.fields),
    send(fields) {
      const act = { at: Date.now(), fields: { id: newId(), ...fields } };
      acts.push(act);
      keep(act);
      work();
    },
    // Why the server takes nothing from this page; "" if it does, or cannot be reached.
    why: () => why,
    // Whether all is with the server, after so many milliseconds at most.
    async empty(patience) {
      const end = performance.now() + patience;
      while (acts.length && !why && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      return !acts.length;
    },
  };
}
