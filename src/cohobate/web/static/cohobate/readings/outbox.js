// What was done and is not with the server yet, in this browser's store: each act once, in order, with an id of its own.

export function outbox(key, { address, token, held, done, refused }) {
  let acts = [];
  let busy = false;
  let pause = 400;

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  };

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      if (acts.length) localStorage.setItem(key, JSON.stringify(acts));
      else localStorage.removeItem(key);
    } catch {
      // No store: then what waits lives as long as the page.
    }
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (acts.length) {
      const act = acts[0];
      let answer = null;
      try {
        answer = await fetch(address, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRFToken": token },
          body: new URLSearchParams(act),
        });
      } catch {
        answer = null;
      }
      let told = null;
      if (answer && [200, 403, 404, 409, 413].includes(answer.status)) {
        try {
          told = await answer.json();
        } catch {
          told = null; // another server between, such as a network that asks to sign in
        }
      }
      if (told === null) {
        held(act);
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 1.7, 5000);
        continue;
      }
      pause = 400;
      // Only what this page sent: another tab may have changed the store.
      acts = acts.filter((one) => one.id !== act.id);
      keep();
      if (told.ok) done(act, told);
      else refused(act, told.sentence);
    }
    busy = false;
  }

  acts = read();
  addEventListener("online", work);
  // Once whoever asked has what they need to hear of it.
  setTimeout(work);

  return {
    id: newId,
    waiting: () => [...acts],
    send(fields) {
      acts.push({ id: newId(), ...fields });
      keep();
      work();
    },
    // Whether all is with the server, after so many milliseconds at most.
    async empty(patience) {
      const end = performance.now() + patience;
      while (acts.length && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      return !acts.length;
    },
  };
}
