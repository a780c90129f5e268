// A room's page while it is open. Three promises: what is typed is kept until the server has it; an act that is sent
// twice counts once; and nobody who is typing is moved.
"use strict";

(() => {
  const root = document.getElementById("room");
  if (!root) return;
  const { room, me } = root.dataset;
  const holder = document.getElementById("live");
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const grid = () => find(".room-grid", holder);
  const token = () => find("[name=csrfmiddlewaretoken]")?.value || "";
  const told = document.getElementById("floating");
  let sequence = Number(root.dataset.sequence);

  // --- small things ----------------------------------------------------------------------------------------------

  const LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
  function fresh() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  }

  // Private windows and full stores refuse; then what is typed lasts as long as the page.
  const memory = new Map();
  const store = {
    get(key) {
      try { return localStorage.getItem(key) ?? memory.get(key) ?? null; } catch { return memory.get(key) ?? null; }
    },
    set(key, value) {
      memory.set(key, value);
      try { localStorage.setItem(key, value); } catch { /* kept in memory */ }
    },
    drop(key) {
      memory.delete(key);
      try { localStorage.removeItem(key); } catch { /* nothing to drop */ }
    },
  };

  function tell(sentence, kind = "info") {
    if (!sentence || !told) return;
    const line = document.createElement("p");
    line.className = `toast ${kind}`;
    const words = document.createElement("span");
    words.textContent = sentence;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "quiet small";
    close.textContent = "Close";
    close.addEventListener("click", () => line.remove());
    line.append(words, close);
    told.append(line);
    while (told.children.length > 3) told.firstElementChild.remove();
    setTimeout(() => line.remove(), kind === "error" ? 30000 : 7000);
  }

  // --- drafts ----------------------------------------------------------------------------------------------------

  const draftKey = (field) => `cohobate.draft.${room}.${me}.${field.dataset.draft}`;
  function keepDraft(field) {
    const changed = field.value !== field.defaultValue;
    if (changed) store.set(draftKey(field), field.value);
    else store.drop(draftKey(field));
  }
  function bringDrafts(within) {
    for (const field of all("[data-draft]", within)) {
      const kept = store.get(draftKey(field));
      if (kept === null || kept === field.value) continue;
      field.value = kept;
      const form = field.closest("form[data-autosave]");
      if (form) later(form, 800);
    }
  }
  function typing() {
    const field = document.activeElement;
    return Boolean(field && holder.contains(field) && field.matches("textarea, input:not([type=checkbox]):not([type=radio])")
      && field.value !== "");
  }

  // --- the outbox ------------------------------------------------------------------------------------------------

  const outboxKey = `cohobate.outbox.${room}.${me}`;
  let waiting = [];
  try { waiting = JSON.parse(store.get(outboxKey) || "[]"); } catch { waiting = []; }
  let sending = false;
  let pause = 1000;
  let wake = () => {};

  function saveOutbox() {
    if (waiting.length) store.set(outboxKey, JSON.stringify(waiting));
    else store.drop(outboxKey);
    const box = document.getElementById("outbox");
    const stuck = waiting.filter((act) => act.tried).length;
    box.hidden = !stuck;
    box.textContent = !stuck ? "" : stuck === 1
      ? "One thing is waiting to be sent. It is kept here, and sent when the server answers again."
      : `${stuck} things are waiting to be sent. They are kept here, and sent when the server answers again.`;
  }

  function enqueue(fields, after = {}) {
    const act = { id: fields.id || fresh(), fields: { ...fields }, ...after };
    delete act.fields.id;
    if (act.autosave) {
      // Of a text that saves itself only its latest state has to go out.
      const same = waiting.findIndex((one) => one.autosave && !one.sent && one.fields.entry === act.fields.entry);
      if (same >= 0) waiting.splice(same, 1);
    }
    waiting.push(act);
    saveOutbox();
    void send();
    return act;
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      const act = waiting[0];
      act.sent = true;
      let answer;
      let status = 0;
      try {
        const body = new URLSearchParams({ ...act.fields, id: act.id });
        const response = await fetch(root.dataset.act, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRFToken": token() },
          body,
          credentials: "same-origin",
        });
        status = response.status;
        answer = await response.json().catch(() => null);
      } catch { status = 0; }
      if (status === 200 && answer?.ok) {
        waiting.shift();
        pause = 1000;
        saveOutbox();
        acknowledged(act, answer.sequence);
        continue;
      }
      if (status === 409 && answer) {
        waiting.shift();
        saveOutbox();
        refused(act, answer.sentence);
        continue;
      }
      if (status === 403 || status === 404 || status === 413 || status === 400) {
        waiting.shift();
        saveOutbox();
        refused(act, status === 413 ? "That is more than the server takes at once: 1 MB. Send it in parts."
          : "The server did not take that. Your words are kept in their box; reload the page and send them again.");
        continue;
      }
      if (status === 507) tell("The server's disk is full. What you typed is kept here; tell the owner.", "error");
      act.tried = (act.tried || 0) + 1;
      if (status === 500 && act.tried > 5) {
        waiting.shift();
        saveOutbox();
        refused(act, "The server failed on that again and again. Your words are kept in their box.");
        continue;
      }
      saveOutbox();
      await new Promise((done) => { wake = done; setTimeout(done, pause); });
      pause = Math.min(pause * 1.7, 15000);
    }
    sending = false;
  }

  function formOf(act) {
    if (act.form) return document.getElementById(act.form);
    return act.fields.kind ? find(`form.act[data-kind="${act.fields.kind}"]`, holder) : null;
  }

  function acknowledged(act, at) {
    if (act.autosave) {
      for (const other of waiting) {
        if (other.autosave && other.fields.entry === act.fields.entry) other.fields.latest = String(at);
      }
      for (const form of all("form[data-autosave]", holder)) {
        if (form.elements.entry.value !== act.fields.entry) continue;
        form.elements.latest.value = String(at);
        let open = false;
        for (const field of all("[data-draft]", form)) {
          if (field.value === (act.fields[field.name] ?? "")) {
            field.defaultValue = field.value;
            store.drop(draftKey(field));
          } else open = true;
        }
        saved(form, open ? "" : "Saved.");
      }
    }
  }

  function refused(act, sentence) {
    tell(sentence, "error");
    const form = formOf(act);
    if (!form) return;
    // The words go back to where they were typed, unless something new stands there already.
    for (const field of all("[data-draft]", form)) {
      const words = act.fields[field.name];
      if (words && (field.value === "" || field.value === field.defaultValue)) {
        field.value = words;
        keepDraft(field);
      }
    }
    if (act.autosave) saved(form, "Not saved: " + sentence);
  }

  function saved(form, text) {
    const line = find("[data-saved]", form);
    if (line) line.textContent = text;
  }

  // --- forms -----------------------------------------------------------------------------------------------------

  function fieldsOf(form, submitter) {
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrfmiddlewaretoken;
    if (submitter?.name) fields[submitter.name] = submitter.value;
    return fields;
  }

  const timers = new WeakMap();
  function later(form, wait = 1500) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => autosave(form), wait));
  }
  function autosave(form) {
    clearTimeout(timers.get(form));
    if (!form.isConnected) return;
    const changed = all("[data-draft]", form).some((field) => field.value !== field.defaultValue);
    const empty = all("[required]", form).some((field) => field.value.trim() === "");
    if (!changed || empty) return;
    saved(form, "Saving …");
    enqueue({ ...fieldsOf(form), id: fresh() }, { autosave: true, form: form.getAttribute("id") });
  }

  holder.addEventListener("input", (event) => {
    const field = event.target.closest("[data-draft]");
    if (!field) return;
    keepDraft(field);
    const form = field.closest("form[data-autosave]");
    if (form) {
      saved(form, "");
      later(form);
    }
  });
  holder.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form) later(form, 300);
  });
  holder.addEventListener("focusout", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form) later(form, 100);
    setTimeout(comeAlong, 200);
  });

  holder.addEventListener("submit", (event) => {
    const form = event.target.closest("form.act");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sure && !window.confirm(form.dataset.sure)) return;
    if (form.hasAttribute("data-autosave")) {
      autosave(form);
      return;
    }
    const fields = fieldsOf(form, event.submitter);
    if (form.dataset.kind === "say" && !fields.move) fields.move = find("[name=move]", form).value;
    enqueue(fields, { form: form.getAttribute("id") || undefined });
    form.elements.id.value = fresh();
    emptied(form);
  });

  function emptied(form) {
    for (const field of all("[data-draft]", form)) {
      field.value = "";
      field.defaultValue = "";
      store.drop(draftKey(field));
    }
    if (form.elements.entry && !form.hasAttribute("data-autosave")) {
      form.elements.entry.value = "";
      form.elements.latest.value = "";
      const cancel = find("[data-cancel]", form);
      if (cancel) cancel.hidden = true;
      const button = find("button.primary", form);
      if (button && button.dataset.label) button.textContent = button.dataset.label;
    }
    if (form.dataset.kind === "say") about("", "");
    const first = find("textarea, input:not([type=hidden]):not([type=radio])", form);
    if (first && form.matches(".write, .say")) first.focus();
  }

  function about(id, text) {
    const form = find("form.say", holder);
    if (!form) return;
    form.elements.about.value = id;
    const line = find("[data-on-line]", form);
    line.hidden = !id;
    find("[data-on-text]", form).textContent = id ? `About “${text.slice(0, 60)}”` : "";
  }

  holder.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const entry = button.closest(".entry");
    if (button.dataset.act) {
      if (button.dataset.act === "strike" && !window.confirm("Strike this out? The record keeps that it was there.")) return;
      const { act: kind, of = "", respect = "", yes = "", entry: id = "" } = button.dataset;
      enqueue({ kind, of, respect, yes, entry: id });
    } else if (button.dataset.ask) {
      enqueue({ kind: "say", move: find("[data-key=e]", holder) ? "example" : "ask", text: button.dataset.ask, aloud: "yes" });
      button.classList.add("asked");
    } else if (button.hasAttribute("data-change") && entry) {
      change(entry);
    } else if (button.hasAttribute("data-on") && entry) {
      const tree = document.getElementById(`form-${entry.dataset.thing}`)?.elements.under;
      const words = find(".words", entry)?.textContent || "";
      if (tree) {
        const id = entry.id.replace("entry-", "");
        if (![...tree.options].some((option) => option.value === id)) tree.add(new Option(words.slice(0, 80), id));
        tree.value = id;
        tree.form.scrollIntoView({ block: "nearest" });
        find("textarea", tree.form).focus();
      } else {
        about(entry.id.replace("entry-", ""), words);
        find("form.say textarea", holder)?.focus();
      }
    } else if (button.hasAttribute("data-on-off")) {
      about("", "");
    } else if (button.hasAttribute("data-cancel")) {
      emptied(button.form);
    } else if (button.hasAttribute("data-come")) {
      void refresh(true);
    }
  });

  function change(entry) {
    const form = document.getElementById(`form-${entry.dataset.thing}`);
    if (!form) {
      tell("This can be changed in the stage in which it is written.");
      return;
    }
    const values = JSON.parse(entry.dataset.values || "{}");
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (!field || !("value" in field)) continue;
      field.value = value;
    }
    form.elements.entry.value = entry.id.replace("entry-", "");
    form.elements.latest.value = entry.dataset.latest;
    const button = find("button.primary", form);
    button.dataset.label ||= button.textContent;
    button.textContent = "Change it";
    find("[data-cancel]", form).hidden = false;
    find("textarea, input:not([type=hidden]):not([type=radio])", form).focus();
  }

  // --- keys ------------------------------------------------------------------------------------------------------

  const keysKey = "cohobate.keys";
  function keysOn() { return store.get(keysKey) !== "off"; }
  holder.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys]")) store.set(keysKey, event.target.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("textarea, input, select, [contenteditable]");
    if (field) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.form?.matches("form.act")) {
        event.preventDefault();
        field.form.requestSubmit(find("button:not([type=button])", field.form));
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keysOn()) return;
    const button = find(`form.say [data-key="${CSS.escape(event.key.toLowerCase())}"]`, holder);
    if (!button) return;
    event.preventDefault();
    enqueue({ kind: "say", move: button.value, text: "", aloud: "yes" });
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), 300);
  });

  // --- what happened ---------------------------------------------------------------------------------------------

  function put(part) {
    const old = document.getElementById(part.id);
    const template = document.createElement("template");
    template.innerHTML = part.html;
    const made = template.content.firstElementChild;
    if (!made) {
      if (old) old.textContent = "";
      return;
    }
    // What is in a form that saves itself does not stand below it once more.
    if (part.id.startsWith("entry-") && made.dataset.by === me
      && all("form[data-autosave]", holder).some((form) => form.elements.entry.value === part.id.slice(6))) return;
    if (old) {
      const inner = document.getElementById(part.id.replace("entry-", "under-"));
      const place = made.querySelector(".entries");
      if (inner && place && part.id.startsWith("entry-")) place.replaceWith(inner);
      const moved = part.in && old.parentElement.id !== part.in && document.getElementById(part.in);
      if (moved) {
        old.remove();
        moved.append(made);
      } else old.replaceWith(made);
    } else if (part.in) {
      const list = document.getElementById(part.in);
      if (!list) return;
      const low = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
      list.append(made);
      made.classList.add("new");
      if (list.id === "talk" && low) list.scrollTop = list.scrollHeight;
    }
    mine(made.parentElement || holder);
    if (typeof made.dataset.thing === "string") offerUnder(made);
  }

  function offerUnder(entry) {
    const select = document.getElementById(`form-${entry.dataset.thing}`)?.elements.under;
    const id = entry.id.replace("entry-", "");
    if (select && ![...select.options].some((option) => option.value === id)) {
      select.add(new Option((find(".words", entry)?.textContent || "").slice(0, 80), id));
    }
  }

  function mine(within) {
    for (const one of all("[data-by]", within)) one.classList.toggle("mine", one.dataset.by === me);
    for (const one of all("[data-not-by]", within)) one.classList.toggle("not-mine", one.dataset.notBy !== me);
    for (const time of all("time[data-at]", within)) {
      const date = new Date(Number(time.dataset.at) * 1000);
      time.textContent = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      time.dateTime = date.toISOString();
    }
  }

  function take(message) {
    if (message.sequence) {
      if (message.sequence <= sequence) return;
      sequence = message.sequence;
    }
    for (const part of message.parts || []) put(part);
    for (const id of message.gone || []) document.getElementById(id)?.remove();
    if (message.present) showPresence(message.present);
    if (message.alarms) showAlarms(message.alarms);
    if (message.refresh?.length) void refresh(false);
    if (message.notice && message.by !== me) tell(message.notice);
  }

  function showPresence(present) {
    const here = new Set(present);
    for (const person of all("[data-person]", holder)) {
      const is = here.has(person.dataset.person) || person.dataset.person === me;
      person.classList.toggle("here", is);
      person.classList.toggle("away", !is);
      const words = find("[data-presence]", person);
      if (words) words.textContent = is ? " is here" : " is away";
    }
  }

  let latestAlarms = null;
  function showAlarms(alarms) {
    latestAlarms = alarms;
    const box = document.getElementById("alarms");
    const now = all(".alarm", box).map((line) => line.textContent);
    if (JSON.stringify(now) === JSON.stringify(alarms)) return;
    box.replaceChildren(...alarms.map((text) => {
      const line = document.createElement("p");
      line.className = "alarm";
      line.textContent = text;
      return line;
    }));
  }

  // --- fetching anew, without moving anybody who types ------------------------------------------------------------

  let fetching = null;
  let held = null;

  async function refresh(now) {
    if (fetching) { fetching.again = true; return fetching.done; }
    const state = { again: false };
    fetching = state;
    state.done = (async () => {
      try {
        do {
          state.again = false;
          const response = await fetch(root.dataset.live, { headers: { Accept: "text/html" }, credentials: "same-origin" });
          if (response.status === 404 || response.status === 403) { location.reload(); return; }
          if (!response.ok) throw new Error(String(response.status));
          const template = document.createElement("template");
          template.innerHTML = await response.text();
          show(template.content.firstElementChild, now);
        } while (state.again);
      } catch { setTimeout(() => void refresh(now), 2000); } finally { fetching = null; }
    })();
    return state.done;
  }

  function unsent() {
    return all("#stage [data-draft], #things [data-draft]", holder).some((field) => field.value !== field.defaultValue);
  }

  function show(made, now) {
    const old = grid();
    const elsewhere = old.dataset.place !== made.dataset.place || old.dataset.ended !== made.dataset.ended
      || old.dataset.seat !== made.dataset.seat;
    for (const id of ["strip", "people", "alarms"]) swap(id, made);
    if (!now && (typing() || unsent())) {
      // Somebody is writing: they see that the room went on, and come along when they are ready.
      held = made;
      if (elsewhere) banner(made);
      else { swapLists(made); }
      clockStart();
      mine(holder);
      return;
    }
    settle(made, elsewhere);
  }

  function swap(id, made) {
    const old = document.getElementById(id);
    const fresh_ = find(`#${id}`, made);
    if (old && fresh_) {
      const inside = old.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
      if (!inside) old.replaceWith(fresh_.cloneNode(true));
    }
  }

  function swapLists(made) {
    for (const list of all(".entries, .waiting, .compare", made)) {
      if (!list.id) continue;
      const old = document.getElementById(list.id);
      if (old && !old.closest(".entries .entries")) old.replaceWith(list.cloneNode(true));
    }
  }

  function settle(made, elsewhere) {
    held = null;
    const openOnes = all("details[open] > summary", holder).map((one) => one.textContent.trim());
    const focused = document.activeElement && holder.contains(document.activeElement) ? document.activeElement : null;
    const again = focused?.id ? `#${CSS.escape(focused.id)}` : null;
    const from = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
    const talk = document.getElementById("talk");
    const scrolled = talk ? talk.scrollTop : 0;
    holder.replaceChildren(made);
    if (latestAlarms) showAlarms(latestAlarms);
    prepare();
    if (!elsewhere) for (const one of all("details > summary", holder)) if (openOnes.includes(one.textContent.trim())) one.parentElement.open = true;
    const list = document.getElementById("talk");
    if (list) list.scrollTop = scrolled || list.scrollHeight;
    const target = again && find(again, holder);
    if (target) {
      target.focus({ preventScroll: true });
      if (from && target.setSelectionRange && target.type !== "range") try { target.setSelectionRange(...from); } catch { /* not a text */ }
    }
    document.getElementById("come-along")?.remove();
    if (elsewhere && !target) document.getElementById("stage")?.scrollIntoView({ block: "nearest" });
  }

  function banner(made) {
    const name = find("#stage-name", made)?.firstChild?.textContent?.trim() || "";
    let box = document.getElementById("come-along");
    if (!box) {
      box = document.createElement("div");
      box.id = "come-along";
      box.className = "notice come-along";
      box.setAttribute("role", "status");
      holder.before(box);
    }
    box.replaceChildren();
    const words = document.createElement("p");
    words.textContent = `The room has gone on to “${name}”. You are still where you were; what you write here still counts.`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "primary small";
    button.textContent = "Come along";
    button.addEventListener("click", () => {
      for (const form of all("form[data-autosave]", holder)) autosave(form);
      void refresh(true);
    });
    box.append(words, button);
  }

  function comeAlong() {
    if (held && !typing() && !unsent()) void refresh(true);
  }

  // --- the clock -------------------------------------------------------------------------------------------------

  let clock = null;
  function clockStart() {
    const box = find("[data-clock]", holder);
    // The machine's own clock may jump; this one only counts on.
    clock = box ? { elapsed: Number(box.dataset.elapsed), minutes: Number(box.dataset.minutes), from: performance.now() } : null;
    clockTick();
  }
  function clockTick() {
    const box = find("[data-clock]", holder);
    if (!box || !clock) return;
    const seconds = clock.elapsed + (performance.now() - clock.from) / 1000;
    const left = clock.minutes * 60 - seconds;
    const minutes = Math.floor(Math.abs(left) / 60);
    const rest = String(Math.floor(Math.abs(left) % 60)).padStart(2, "0");
    box.classList.toggle("over", left < 0);
    find("[data-clock-text]", box).textContent = left >= 0
      ? `${minutes}:${rest} left of ${clock.minutes} min`
      : `${minutes}:${rest} over. Go on when you are ready.`;
  }
  setInterval(clockTick, 1000);

  // --- the stream ------------------------------------------------------------------------------------------------

  const line = document.getElementById("connection");
  let source = null;
  let failures = 0;
  let polling = null;
  let opened = false;

  function connection(text, state) {
    line.className = `connection ${state}`;
    if (line.textContent !== text) line.textContent = text;
  }

  function open() {
    if (source || !("EventSource" in window)) { if (!source) poll(); return; }
    source = new EventSource(`${root.dataset.stream}?after=${sequence}`);
    source.addEventListener("open", () => {
      failures = 0;
      opened = true;
      stopPolling();
      connection("Connected", "on");
      pause = 1000;
      wake();
      void send();
    });
    source.addEventListener("message", (event) => {
      try { take(JSON.parse(event.data)); } catch (error) { console.error(error); }
    });
    source.addEventListener("error", () => {
      failures += 1;
      connection("Not connected; trying again. Nothing that you type is lost.", "off");
      if (source.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, Math.min(1000 * failures, 10000));
      }
      if (failures >= 3 && !opened) poll();
    });
  }
  function close() {
    source?.close();
    source = null;
  }
  function poll() {
    if (polling) return;
    const ask = async () => {
      try {
        const response = await fetch(`${root.dataset.since}?after=${sequence}`, { credentials: "same-origin" });
        if (!response.ok) throw new Error(String(response.status));
        for (const message of await response.json()) take(message);
        connection("Connected, looking every few seconds", "on");
      } catch { connection("Not connected; trying again. Nothing that you type is lost.", "off"); }
    };
    polling = setInterval(ask, 3000);
    void ask();
  }
  function stopPolling() {
    clearInterval(polling);
    polling = null;
  }
  // A browser opens only six streams to one server: tabs that nobody looks at let go of theirs.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      for (const form of all("form[data-autosave]", holder)) autosave(form);
      close();
      stopPolling();
    } else open();
  });
  window.addEventListener("online", () => { pause = 1000; wake(); close(); open(); void send(); });
  window.addEventListener("pagehide", () => {
    for (const form of all("form[data-autosave]", holder)) autosave(form);
  });

  // --- begin -----------------------------------------------------------------------------------------------------

  function prepare() {
    mine(holder);
    bringDrafts(holder);
    clockStart();
    const keys = find("[data-keys]", holder);
    if (keys) keys.checked = keysOn();
  }

  for (const act of waiting) act.sent = false;
  prepare();
  const talk = document.getElementById("talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
  saveOutbox();
  open();
  void send();
})();
