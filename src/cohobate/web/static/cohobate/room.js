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
  const PATIENCE = 20000;
  let sequence = Number(root.dataset.sequence);

  // --- small things ----------------------------------------------------------------------------------------------

  const LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
  function fresh() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join("");
  }

  // Private windows and full stores refuse; then what is typed lasts as long as the page. Nothing else is in the memory:
  // what another tab has sent or thrown away must not come back from here.
  const memory = new Map();
  const store = {
    get(key) {
      try { return memory.get(key) ?? localStorage.getItem(key); } catch { return null; }
    },
    /** Keeps something. Where there is no room for it, nothing older is left in its place, unless that does no harm. */
    set(key, value, olderDoesNoHarm = false) {
      memory.delete(key);
      try { localStorage.setItem(key, value); } catch {
        memory.set(key, value);
        try { if (!olderDoesNoHarm) localStorage.removeItem(key); } catch { /* there is none */ }
      }
    },
    drop(key) {
      memory.delete(key);
      try { localStorage.removeItem(key); } catch { /* nothing to drop */ }
    },
    /** What is kept under names that begin so, by the rest of the name. */
    all(beginning) {
      const found = new Map();
      try { for (const key of Object.keys(localStorage)) found.set(key, localStorage.getItem(key)); } catch { /* memory alone */ }
      for (const [key, value] of memory) found.set(key, value);
      return [...found].filter(([key]) => key.startsWith(beginning)).map(([key, value]) => [key.slice(beginning.length), value]);
    },
  };
  function read(text) {
    try { return JSON.parse(text); } catch { return null; }
  }

  // A request that nobody answers is given up, and counts as not sent: whatever is sent twice counts once.
  async function ask(address, options = {}) {
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(), PATIENCE);
    try {
      return await fetch(address, { credentials: "same-origin", signal: given.signal, ...options });
    } finally { clearTimeout(timer); }
  }

  /** Whether an answer says that this browser is somebody else's by now. The page then says so, and keeps what it has. */
  function whose(status, answer) {
    const box = document.getElementById("whose");
    const other = status === 403 && Boolean(answer?.as);
    if (other === box.hidden) {
      const words = document.createElement("p");
      words.textContent = `${answer?.sentence} What you typed is kept. It is sent when you have come in by your own link again.`;
      box.replaceChildren(...(other ? [words, choices(["Reload the page", "quiet small", () => location.reload()])] : []));
      box.hidden = !other;
    }
    return other;
  }
  /** The address of something to be read, for whose page it is. */
  const reading = (address, after) => `${address}?as=${me}${after === undefined ? "" : `&after=${after}`}`;

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
    // News of the room do not pile up over it: the latest is enough.
    if (kind === "info") for (const old of all(".toast.info", told)) old.remove();
    told.append(line);
    while (told.children.length > 3) told.firstElementChild.remove();
    setTimeout(() => line.remove(), kind === "error" ? 30000 : 7000);
  }

  // --- drafts ----------------------------------------------------------------------------------------------------

  // A draft knows what it would change, and which state of it: so that it never takes the place of something newer. What
  // is chosen beside the words comes back with them.
  const draftKey = (field) => `cohobate.draft.${room}.${me}.${field.dataset.draft}`;
  function keepDraft(field) {
    const { entry, latest } = field.form.elements;
    // A text that saves itself is never saved empty, so an empty one is no draft.
    const nothing = field.value.trim() === "" && field.form.hasAttribute("data-autosave");
    if (nothing || field.value === field.defaultValue) dropDraft(draftKey(field));
    else {
      const draft = JSON.stringify({ text: field.value, entry: entry?.value || "", latest: latest?.value || "", chosen: chosenIn(field.form) });
      drafts.set(draftKey(field), draft);
      store.set(draftKey(field), draft);
    }
  }
  const drafts = new Map(); // those of this page
  /** Drops a draft, but for one that another tab has put there since. */
  function dropDraft(key) {
    if (drafts.get(key) === store.get(key)) store.drop(key);
    drafts.delete(key);
  }
  function keepDrafts(form) {
    for (const field of all("[data-draft]", form)) if (field.value !== field.defaultValue) keepDraft(field);
  }
  function chosenIn(form) {
    const chosen = Object.fromEntries(all("input[type=radio]:checked, select", form).map(({ name, value }) => [name, value]));
    const on = find("[data-on-text]", form)?.textContent;
    return on ? { ...chosen, about: form.elements.about.value, on } : chosen;
  }
  /** Chooses that in a form, as far as it is still there to be chosen. */
  function choose(form, { about: id, on, ...chosen } = {}) {
    for (const [name, value] of Object.entries(chosen)) {
      const choice = all("input[type=radio], option", form)
        .find((one) => (one.name ?? one.parentElement.name) === name && one.value === value);
      if (choice) choice[choice.localName === "option" ? "selected" : "checked"] = true;
    }
    if (id && on) talkOf(id, on);
  }
  function bringDrafts(within) {
    for (const form of all("form[data-autosave]", within)) sameEntry(form);
    for (const field of all("[data-draft]", within)) {
      const draft = store.get(draftKey(field));
      const kept = read(draft);
      if (!kept) continue;
      drafts.set(draftKey(field), draft);
      if (kept.text === field.value) {
        dropDraft(draftKey(field));
        continue;
      }
      const { entry, latest } = field.form.elements;
      if (!field.form.hasAttribute("data-autosave")) {
        if (kept.entry && kept.entry !== entry.value) changing(field.form, kept.entry, kept.latest);
        field.value = kept.text;
        choose(field.form, kept.chosen);
        continue;
      }
      const theirs = Object.fromEntries(all("[data-draft]", field.form).map((one) => [one.name, one.defaultValue]));
      field.value = kept.text;
      if (!latest.value && kept.entry) entry.value = kept.entry;
      else if (latest.value !== kept.latest && !onTheWay(entry.value)) {
        conflict(field.form, entry.value, latest.value, theirs);
        continue;
      }
      later(field.form, 800);
    }
  }
  /** The acts on that entry that the server has not acknowledged yet. */
  function onTheWay(entry) {
    return waiting.find((act) => act.autosave && act.fields.entry === entry);
  }
  /** What was written before a reload, and may have reached the server since, is the same entry after it. */
  function sameEntry(form) {
    const { entry, latest } = form.elements;
    if (latest.value) return;
    const act = waiting.find((one) => one.autosave && one.form === form.getAttribute("id") && isFor(form, one.fields));
    if (act) entry.value = act.fields.entry;
  }
  function typing() {
    const field = document.activeElement;
    return Boolean(field && holder.contains(field) && field.matches("textarea, input:not([type=checkbox]):not([type=radio])")
      && field.value !== "");
  }

  // --- the outbox ------------------------------------------------------------------------------------------------

  // Each act is kept under its own name, so that two tabs of one person never drop what the other still has to send.
  const outboxKey = `cohobate.outbox.${room}.${me}.`;
  let waiting = store.all(outboxKey).map(([, value]) => read(value)).filter((act) => act?.fields)
    .sort((one, other) => one.at - other.at || one.order - other.order);
  let order = waiting.length;
  let sending = false;
  let pause = 1000;
  let wake = () => {};

  function keep(act) {
    store.set(outboxKey + act.id, JSON.stringify(act), true);
    showOutbox();
  }
  function done(act) {
    waiting = waiting.filter((one) => one !== act);
    store.drop(outboxKey + act.id);
    showOutbox();
  }
  function showOutbox() {
    const box = document.getElementById("outbox");
    const stuck = waiting.filter((act) => act.tried).length;
    const text = !stuck ? "" : stuck === 1
      ? "One thing is waiting to be sent. It is kept here, and sent when the server answers again."
      : `${stuck} things are waiting to be sent. They are kept here, and sent when the server answers again.`;
    box.hidden = !stuck;
    if (box.textContent !== text) box.textContent = text;
  }

  function enqueue(fields, after = {}) {
    const act = { id: fields.id || fresh(), at: Date.now(), order: ++order, fields: { ...fields }, ...after };
    delete act.fields.id;
    if (act.autosave) {
      // Of a text that saves itself only its latest state has to go out.
      const same = waiting.find((one) => one.autosave && !one.sent && one.fields.entry === act.fields.entry);
      if (same) done(same);
    }
    if (waiting.some((one) => one.tried)) act.tried = 1;
    waiting.push(act);
    keep(act);
    void send();
    return act;
  }

  /** Whatever goes wrong with the page, what waits is sent. Whether it went well. */
  function safely(doing) {
    try {
      doing();
      return true;
    } catch (error) {
      console.error(error);
      return false;
    }
  }
  function refuse(act, sentence) {
    if (!safely(() => refused(act, sentence)) && act.drafts) safely(() => putAside(act, sentence));
  }

  async function send() {
    if (sending) return;
    sending = true;
    try { await sendAll(); } finally { sending = false; }
  }
  async function sendAll() {
    while (waiting.length) {
      const act = waiting[0];
      act.sent = true;
      let answer;
      let status = 0;
      const slow = setTimeout(() => { act.tried ||= 1; showOutbox(); }, 4000);
      try {
        const body = new URLSearchParams({ ...act.fields, id: act.id, as: me });
        const response = await ask(root.dataset.act, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRFToken": token() },
          body,
          keepalive: String(body).length < 30000, // it goes out even if the page is being closed
        });
        status = response.status;
        answer = await response.json().catch(() => null);
      } catch { status = 0; }
      clearTimeout(slow);
      const other = whose(status, answer);
      if (status === 200 && answer?.ok) {
        pause = 1000;
        done(act);
        safely(() => acknowledged(act, answer.sequence));
        if (heard || polling) connected();
        if (!waiting.length) setTimeout(comeAlong, 300);
        continue;
      }
      if (status === 409 && answer) {
        done(act);
        refuse(act, answer.sentence);
        continue;
      }
      if ((status === 403 && !other) || status === 404 || status === 413 || status === 400) {
        done(act);
        refuse(act, status === 413 ? "That is more than the server takes at once: 1 MB. Send it in parts."
          : "The server did not take that. Your words are kept here; reload the page and send them again.");
        continue;
      }
      if (status === 507) tell("The server's disk is full. What you typed is kept here; tell the owner.", "error");
      act.tried = (act.tried || 0) + 1;
      if (status === 500 && act.tried > 5) {
        done(act);
        refuse(act, "The server failed on that again and again. Your words are kept here.");
        continue;
      }
      keep(act);
      connection(TROUBLE, "off");
      await new Promise((go) => { wake = go; setTimeout(go, pause); });
      pause = Math.min(pause * 1.7, 15000);
    }
  }

  /** The form that an act came from, if the page still has it. */
  function formOf({ form, fields }) {
    const found = form ? [document.getElementById(form)] : all(`form.act[data-kind="${CSS.escape(fields.kind)}"]`, holder);
    return found.find((one) => one && isFor(one, fields)) || null;
  }
  // What a form is for stands in it, and is not typed.
  const FIXED = ["thing", "place", "question", "block"];
  function isFor(form, fields) {
    return FIXED.every((name) => !form.elements[name] || form.elements[name].value === fields[name]);
  }

  function rated({ fields }) {
    for (const button of all("form.rate [name=value]", holder)) {
      const chosen = button.value === fields.value;
      button.className = chosen ? "chosen" : "quiet";
      button.setAttribute("aria-pressed", String(chosen));
    }
    const comment = find("form.rate textarea", holder);
    if (comment && comment.value === fields.comment) {
      comment.defaultValue = comment.value;
      keepDraft(comment);
    }
    tell("Thank you. That is in the record; tap another number to change it.", "success");
  }

  function acknowledged(act, at) {
    if (act.fields.kind === "rate") rated(act);
    if (!act.autosave) return;
    for (const other of waiting) {
      if (!other.autosave || other.fields.entry !== act.fields.entry) continue;
      other.fields.latest = String(at);
      keep(other);
    }
    for (const form of all("form[data-autosave]", holder)) {
      if (form.elements.entry.value !== act.fields.entry) continue;
      form.elements.latest.value = String(at);
      let open = false;
      for (const field of all("[data-draft]", form)) {
        if (field.value === (act.fields[field.name] ?? "")) field.defaultValue = field.value;
        else open = true;
        keepDraft(field);
      }
      saved(form, open ? "" : "Saved.");
    }
    // Its form may be gone by now, as the room went on.
    for (const [name, key] of Object.entries(act.drafts || {})) {
      if (read(store.get(key))?.text === act.fields[name]) store.drop(key);
    }
  }

  function refused(act, sentence) {
    const words = Object.keys(act.drafts || {}).filter((name) => (act.fields[name] || "").trim());
    const form = formOf(act);
    if (act.autosave && form && form.elements.entry.value === act.fields.entry) {
      saved(form, "Not saved: " + sentence);
      void compare(form);
      return;
    }
    const fields = form && !act.autosave ? all("[data-draft]", form) : [];
    // The words go back to where they were typed, unless something new stands there already.
    if (fields.length && fields.every((field) => field.value === "" || field.value === field.defaultValue)) {
      tell(sentence, "error");
      const { entry, latest } = act.fields;
      if (entry) changing(form, entry, document.getElementById(`entry-${entry}`)?.dataset.latest || latest);
      fill(form, act.fields);
    } else if (words.length) putAside(act, sentence);
    else tell(sentence, "error");
  }

  /** Puts into a form what was typed and chosen in it before. */
  function fill(form, fields) {
    for (const field of all("[data-draft]", form)) field.value = fields[field.name] ?? "";
    const { about: of, ...chosen } = fields;
    choose(form, chosen);
    const entry = of && form.matches(".say") && document.getElementById(`entry-${of}`);
    if (entry) about(of, find(".words", entry)?.textContent || "");
    keepDrafts(form);
  }

  function saved(form, text) {
    const line = find("[data-saved]", form);
    if (line) line.textContent = text;
  }

  // --- forms -----------------------------------------------------------------------------------------------------

  function fieldsOf(form, submitter) {
    const fields = Object.fromEntries(new FormData(form));
    delete fields.csrfmiddlewaretoken;
    delete fields.as;
    if (submitter?.name) fields[submitter.name] = submitter.value;
    return fields;
  }
  /** What is typed in a form: the names of its fields, each with where its draft is kept. */
  function draftsOf(form) {
    return Object.fromEntries(all("[data-draft]", form).map((field) => [field.name, draftKey(field)]));
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
    if (changed && empty && form.elements.latest.value) saved(form, "Empty: what was saved before stays.");
    if (!changed || empty || find("[data-conflict]", form)) return;
    const fields = fieldsOf(form);
    const before = waiting.findLast((one) => one.autosave && one.fields.entry === fields.entry);
    if (before && all("[data-draft]", form).every((field) => field.value === before.fields[field.name])) return;
    saved(form, "Saving …");
    enqueue({ ...fields, id: fresh() }, { autosave: true, form: form.getAttribute("id"), drafts: draftsOf(form) });
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
    const form = event.target.form;
    if (form) keepDrafts(form);
    if (form?.hasAttribute("data-autosave")) later(form, 300);
  });
  holder.addEventListener("focusout", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form) later(form, 100);
    // Whoever goes from a box to its button is about to press that.
    if (!event.relatedTarget || !holder.contains(event.relatedTarget)) setTimeout(comeAlong, 200);
  });

  holder.addEventListener("submit", (event) => {
    const form = event.target.closest("form.act");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sure && !window.confirm(form.dataset.sure)) return;
    if (form.hasAttribute("data-autosave")) {
      autosave(form);
      find("[data-conflict] button", form)?.focus();
      return;
    }
    const fields = fieldsOf(form, event.submitter);
    if (form.dataset.kind === "say" && !fields.move) fields.move = find("[name=move]", form).value;
    if (form.dataset.kind === "say" && bounced("button", fields.move, fields.text)) return;
    enqueue(fields, { form: form.getAttribute("id") || undefined, drafts: draftsOf(form) });
    form.elements.id.value = fresh();
    // A rating stays in view, and can be changed.
    if (form.dataset.kind !== "rate") emptied(form);
  });

  // The second half of a double click, or of a key that trembles, is no move of its own. What is clicked and then done by
  // its key is two.
  const BOUNCE = 600;
  const latestMove = { how: "", move: "", text: "", at: -BOUNCE };
  function bounced(how, move, text) {
    const again = how === latestMove.how && move === latestMove.move && (!text.trim() || text === latestMove.text)
      && performance.now() - latestMove.at < BOUNCE;
    if (!again) Object.assign(latestMove, { how, move, text, at: performance.now() });
    return again;
  }

  function emptied(form) {
    for (const field of all("[data-draft]", form)) {
      field.value = "";
      field.defaultValue = "";
      dropDraft(draftKey(field));
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
    if (form.dataset.aside) giveBack(form);
    const first = find("textarea, input:not([type=hidden]):not([type=radio])", form);
    if (first && form.matches(".write, .say")) first.focus();
  }

  function about(id, text) {
    talkOf(id, id ? `About “${text.slice(0, 60)}”` : "");
  }
  function talkOf(id, on) {
    const form = find("form.say", holder);
    if (!form) return;
    form.elements.about.value = id;
    find("[data-on-line]", form).hidden = !id;
    find("[data-on-text]", form).textContent = on;
    keepDrafts(form);
  }

  holder.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const entry = button.closest(".entry");
    if (button.dataset.act) {
      if (button.dataset.act === "strike" && !window.confirm("Strike this out? The record keeps that it was there.")) return;
      const { act: kind, of = "", respect = "", yes = "", entry: id = "" } = button.dataset;
      enqueue({ kind, of, respect, yes, entry: id });
    } else if (button.hasAttribute("data-ask")) {
      event.preventDefault();
      if (!bounced("button", "example", button.value)) enqueue({ kind: "say", move: "example", text: button.value, aloud: "yes" });
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
        keepDrafts(tree.form);
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
    setAside(form);
    const values = JSON.parse(entry.dataset.values || "{}");
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (!field || !("value" in field)) continue;
      field.value = value;
    }
    changing(form, entry.id.replace("entry-", ""), entry.dataset.latest);
    find("textarea, input:not([type=hidden]):not([type=radio])", form).focus();
  }
  /** What stands unsent in a form that is about to change an entry waits beside it, and comes back after that. */
  function setAside(form) {
    if (form.hasAttribute("data-autosave")) {
      autosave(form);
      return;
    }
    const fields = all("[data-draft]", form).filter((field) => field.value.trim() && field.value !== field.defaultValue);
    const changed = document.getElementById(`entry-${form.elements.entry.value}`);
    const values = read(changed?.dataset.values) || {};
    if (fields.every((field) => field.value === values[field.name])) return;
    form.dataset.aside = putAside({ fields: fieldsOf(form), drafts: draftsOf(form) }, "You typed this here before, and have not sent it.");
    for (const field of fields) dropDraft(draftKey(field));
  }
  function giveBack(form) {
    const key = asideKey + form.dataset.aside;
    const kept = read(store.get(key));
    delete form.dataset.aside;
    if (!kept) return;
    store.drop(key);
    showAside();
    const { entry, latest } = kept.fields;
    if (entry) changing(form, entry, latest);
    fill(form, kept.fields);
  }
  /** From now on the form changes that entry, instead of adding one. */
  function changing(form, entry, latest) {
    form.elements.entry.value = entry;
    form.elements.latest.value = latest;
    const button = find("button.primary", form);
    if (!button) return;
    button.dataset.label ||= button.textContent;
    button.textContent = "Change it";
    const cancel = find("[data-cancel]", form);
    if (cancel) cancel.hidden = false;
  }

  // --- keys ------------------------------------------------------------------------------------------------------

  const keysKey = "cohobate.keys";
  let deaf = 0;
  let typed = -Infinity; // when something was typed last
  holder.addEventListener("keydown", () => { typed = performance.now(); });
  function keysOn() { return store.get(keysKey) !== "off"; }
  holder.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys]")) store.set(keysKey, event.target.checked ? "on" : "off");
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("textarea, input, select, [contenteditable]");
    if (field) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.form?.matches("form.act")) {
        event.preventDefault();
        const one = find("button.primary:not([type=button]), button.chosen", field.form) || find("button:not([type=button])", field.form);
        if (field.form.matches(".rate") && !one.matches(".chosen")) tell("Tap a number, and what you wrote goes with it.");
        else field.form.requestSubmit(one);
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keysOn()) return;
    // Who was typing when the box went away does not log moves with what was meant for the box.
    if (performance.now() < deaf) return;
    const button = find(`form.say [data-key="${CSS.escape(event.key.toLowerCase())}"]`, holder);
    if (!button) return;
    event.preventDefault();
    if (bounced("key", button.value, "")) return;
    enqueue({ kind: "say", move: button.value, text: "", aloud: "yes" });
    button.classList.add("pressed");
    setTimeout(() => button.classList.remove("pressed"), 300);
  });

  // --- what happened ---------------------------------------------------------------------------------------------

  function put(part, at) {
    keepingFocus(() => putIn(part, at));
  }

  /** Does something to the page; who had the focus in what is replaced has it in what comes instead. */
  function keepingFocus(change) {
    const focused = document.activeElement;
    const around = focused && holder.contains(focused) ? focused.closest("[id]") : null;
    if (!around) return change();
    const kind = focused.localName;
    const number = all(kind, around).indexOf(focused);
    const caret = "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
    const done = change();
    if (focused.isConnected) return done;
    const again = document.getElementById(around.getAttribute("id"));
    const target = again && (number < 0 ? again : all(kind, again)[number]);
    // Another button in that place is another one: a second Enter must not do what nobody meant.
    if (target?.localName === kind && target.textContent === focused.textContent) {
      target.focus({ preventScroll: true });
      if (caret) try { target.setSelectionRange(...caret); } catch { /* not a text */ }
    }
    if (document.activeElement === document.body) {
      if (caret) deaf = performance.now() + 3000;
      const name = document.getElementById("stage-name");
      name?.setAttribute("tabindex", "-1");
      name?.focus({ preventScroll: true });
    }
    return done;
  }

  function putIn(part, at) {
    const old = document.getElementById(part.id);
    const template = document.createElement("template");
    template.innerHTML = part.html;
    const made = template.content.firstElementChild;
    if (!made) {
      if (old) old.textContent = "";
      return;
    }
    // What is in a form that saves itself does not stand below it once more.
    const form = part.id.startsWith("entry-") && made.dataset.by === me ? formFor(made, at) : null;
    if (form) {
      savedElsewhere(form, part.id.slice(6), made.dataset.latest, read(made.dataset.values) || {});
      return;
    }
    if (old) {
      for (const box of all("details", made)) box.open = all(`.${box.className}`, old).some((one) => one.open);
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
      // What is written outside a sub-session does not stand in it, nor the other way round.
      const { place, ended } = grid().dataset;
      if (!list || (at && !ended && at.split(".")[0] !== place.split(".")[0])) return;
      const low = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
      list.append(made);
      made.classList.add("new");
      if (list.id === "talk" && low) list.scrollTop = list.scrollHeight;
    }
    mine(made.parentElement || holder);
    if (typeof made.dataset.thing === "string") offerUnder(made);
  }

  /** The form that saves itself into that entry of mine. */
  function formFor(entry, at) {
    const id = entry.id.slice(6);
    const values = { ...read(entry.dataset.values), thing: entry.dataset.thing, place: at };
    const forms = all("form[data-autosave]", holder);
    return forms.find(({ elements }) => elements.entry.value === id)
      || forms.find((form) => !form.elements.latest.value && isFor(form, values));
  }

  // --- the same text in two windows ------------------------------------------------------------------------------

  const plain = (text) => (text ?? "").trim().replace(/\s+/g, " ");

  /** Something of mine was saved: by this page, or in another window. */
  function savedElsewhere(form, id, latest, values) {
    const fields = all("[data-draft]", form);
    if (Number(latest) <= Number(form.elements.latest.value)) return;
    const own = onTheWay(id);
    if (own && fields.every((field) => plain(own.fields[field.name]) === plain(values[field.name]))) return;
    if (fields.every((field) => field.value === field.defaultValue || plain(field.value) === plain(values[field.name]))) {
      showSaved(form, id, latest, values);
    } else conflict(form, id, latest, values);
  }

  /** Shows in a form what is saved. */
  function showSaved(form, id, latest, values) {
    find("[data-conflict]", form)?.remove();
    form.elements.entry.value = id;
    form.elements.latest.value = latest;
    for (const field of all("[data-draft]", form)) {
      const caret = [field.selectionStart, field.selectionEnd];
      const text = values[field.name] ?? "";
      if (field.value !== text) {
        field.value = text;
        if (field === document.activeElement) field.setSelectionRange(...caret);
      }
      field.defaultValue = text;
      dropDraft(draftKey(field));
    }
    saved(form, "Saved.");
    document.getElementById(`entry-${id}`)?.remove();
  }

  /** Two texts for one place: both are shown, and the writer chooses. Until then nothing is saved. */
  function conflict(form, id, latest, values) {
    find("[data-conflict]", form)?.remove();
    saved(form, "Not saved yet.");
    const box = document.createElement("div");
    box.className = "notice conflict";
    box.dataset.conflict = latest;
    box.setAttribute("role", "alert");
    const why = document.createElement("p");
    why.textContent = "You changed this in another window, or on another device, meanwhile. There it says:";
    const words = document.createElement("p");
    words.className = "words";
    words.dir = "auto";
    words.textContent = all("[data-draft]", form).map((field) => values[field.name]).filter(Boolean).join("\n");
    box.append(why, words, choices(
      ["Keep what I typed here", "primary small", () => {
        form.elements.entry.value = id;
        form.elements.latest.value = latest;
        box.remove();
        document.getElementById(`entry-${id}`)?.remove();
        for (const field of all("[data-draft]", form)) keepDraft(field);
        autosave(form);
      }],
      ["Take what it says there", "quiet small", () => showSaved(form, id, latest, values)],
    ));
    find(".row-end", form).before(box);
  }

  function choices(...given) {
    const line = document.createElement("p");
    line.className = "choices";
    for (const [label, kind, act] of given) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = kind;
      button.textContent = label;
      button.addEventListener("click", act);
      line.append(button);
    }
    return line;
  }

  /** Looks at what the server has instead, after it refused a text that saves itself. */
  async function compare(form) {
    const response = await ask(reading(root.dataset.live)).catch(() => null);
    if (!response?.ok || !form.isConnected) return;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    const theirs = template.content.getElementById(form.getAttribute("id"));
    const { latest, entry, place } = theirs?.elements || {};
    if (!latest?.value || place?.value !== form.elements.place?.value || Number(latest.value) <= Number(form.elements.latest.value)) return;
    const values = Object.fromEntries(all("[data-draft]", theirs).map((field) => [field.name, field.value]));
    savedElsewhere(form, entry.value, latest.value, values);
  }

  // --- words that found no place -----------------------------------------------------------------------------------

  // What was refused, or was typed where the room no longer is, stays in view until its writer has seen to it.
  const asideKey = `cohobate.aside.${room}.${me}.`;
  function putAside(act, why) {
    const id = fresh();
    store.set(asideKey + id, JSON.stringify({ why, fields: act.fields, drafts: act.drafts, at: Date.now() }));
    showAside();
    return id;
  }
  function showAside() {
    const box = document.getElementById("aside");
    const kept = store.all(asideKey).map(([id, value]) => [id, read(value)]).filter(([, one]) => one?.fields)
      .sort(([, one], [, other]) => one.at - other.at);
    box.hidden = !kept.length;
    box.replaceChildren(...kept.map(([id, one]) => {
      const line = document.createElement("div");
      const why = document.createElement("p");
      why.textContent = one.why;
      const words = document.createElement("textarea");
      words.readOnly = true;
      words.rows = 2;
      words.dir = "auto";
      words.setAttribute("aria-label", "What you typed");
      words.value = Object.keys(one.drafts).map((name) => one.fields[name]).filter(Boolean).join("\n");
      const drop = () => {
        store.drop(asideKey + id);
        showAside();
      };
      const send = ["Send it", "primary small", () => {
        drop();
        enqueue({ ...one.fields, id: fresh() }, { drafts: one.drafts });
      }];
      line.append(why, words, choices(...(grid().dataset.ended ? [] : [send]), ["Throw it away", "quiet small", drop]));
      return line;
    }));
  }
  /** What stands unsent in forms that the page is about to lose. */
  function asideFrom(old, made) {
    for (const form of all("form.write, form.return, form.say", old)) {
      const fields = all("[data-draft]", form).filter((field) => field.value.trim() && field.value !== field.defaultValue);
      const stays = all("[data-draft]", made).map((field) => field.dataset.draft);
      if (!fields.length || fields.every((field) => stays.includes(field.dataset.draft))) continue;
      if (form.hasAttribute("data-autosave") && !find("[data-conflict]", form)) {
        autosave(form);
        continue;
      }
      const where = find("#stage-name", old)?.firstChild?.textContent?.trim() || "";
      const unsaid = { move: find("[name=move]", form)?.value || "", ...fieldsOf(form) };
      putAside({ fields: unsaid, drafts: draftsOf(form) }, `You typed this at “${where}”, and have not sent it.`);
      for (const field of fields) dropDraft(draftKey(field));
    }
  }

  // --- what happened, into the page --------------------------------------------------------------------------------

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
    if (message.anew) {
      if (message.sequence < sequence) forgetStates();
      sequence = message.sequence;
    } else if (message.sequence) {
      if (message.sequence <= sequence) return;
      sequence = message.sequence;
    }
    for (const part of message.parts || []) put(part, message.place?.join("."));
    for (const id of message.gone || []) document.getElementById(id)?.remove();
    if (message.present) showPresence(message.present);
    if (message.alarms) showAlarms(message.alarms);
    if (message.refresh?.length) void refresh(false);
    if (message.notice && message.by !== me) tell(message.notice);
  }

  /** The server has an older state than this page has seen: what is typed here is newer than all that is there. */
  function forgetStates() {
    for (const act of waiting) {
      if (!act.fields.latest) continue;
      act.fields.latest = "";
      keep(act);
    }
    for (const form of all("form.write", holder)) {
      if (form.elements.latest) form.elements.latest.value = "";
      keepDrafts(form);
    }
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
    if (fetching) {
      fetching.again = true;
      fetching.now ||= now;
      return fetching.done;
    }
    const state = { again: false, now };
    fetching = state;
    state.done = (async () => {
      try {
        do {
          state.again = false;
          const response = await ask(reading(root.dataset.live), { headers: { Accept: "text/html" } });
          if (response.status === 403 && whose(403, await response.json().catch(() => null))) throw new Error("not mine");
          if (response.status === 404 || response.status === 403) { location.reload(); return; }
          if (!response.ok) throw new Error(String(response.status));
          const template = document.createElement("template");
          template.innerHTML = await response.text();
          const made = template.content.firstElementChild;
          // What came over the stream meanwhile is on the page, and not in what was fetched before it.
          if (Number(made.dataset.sequence) < sequence) state.again = true;
          else show(made, state.now);
        } while (state.again);
      } catch { setTimeout(() => void refresh(state.now), 2000); } finally { fetching = null; }
    })();
    return state.done;
  }

  function unsent(within = holder) {
    return all(":is(#stage, #things) [data-draft]", within).some((field) => field.value !== field.defaultValue);
  }

  /** Whether somebody, in a box that is empty at the moment, would lose it. */
  function aboutToType(made) {
    const box = document.activeElement;
    return holder.contains(box) && box.matches("textarea, input:not([type=checkbox], [type=radio])")
      && performance.now() - typed < 5000 && !find(`#${CSS.escape(box.id)}`, made);
  }

  function show(made, now) {
    const old = grid();
    const elsewhere = old.dataset.place !== made.dataset.place || old.dataset.ended !== made.dataset.ended
      || old.dataset.seat !== made.dataset.seat;
    for (const id of ["strip", "people", "alarms"]) swap(id, made);
    if (!now && (typing() || unsent() || aboutToType(made))) {
      // Somebody is writing: they see that the room went on, and come along when they are ready.
      held = made;
      if (elsewhere) banner(made);
      else updateAround(made);
      if (Number(made.dataset.sequence) >= sequence) swapTalk(made);
      setTimeout(comeAlong, 5500);
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
      if (!inside) keepingFocus(() => old.replaceWith(fresh_.cloneNode(true)));
    }
  }

  function swapTalk(made) {
    const from = document.getElementById("talk")?.scrollTop;
    swap("talk", made);
    const list = document.getElementById("talk");
    if (list) list.scrollTop = from;
  }

  /** Brings up to date what is around the box in which somebody types. */
  function updateAround(made) {
    for (const id of ["stage", ...all("#things > [id]", made).map((one) => one.id)]) {
      const old = document.getElementById(id);
      const fresh_ = find(`#${CSS.escape(id)}`, made);
      if (!old || !fresh_ || unsent(old) || (typing() && old.contains(document.activeElement))) continue;
      const open = openIn(old);
      const copy = fresh_.cloneNode(true);
      keepingFocus(() => old.replaceWith(copy));
      reopen(copy, open);
      bringDrafts(copy);
    }
    for (const list of all(".entries, .waiting, .compared", made)) {
      if (!list.id) continue;
      const old = document.getElementById(list.id);
      if (old && !old.closest(".entries .entries")) old.replaceWith(list.cloneNode(true));
    }
  }

  const keyOf = (one) => `${one.parentElement.closest("[id]")?.getAttribute("id")} ${one.className || find("summary", one).textContent.trim()}`;
  const openIn = (part) => all("details[open]", part).map(keyOf);
  function reopen(part, open) {
    for (const one of all("details", part)) if (open.includes(keyOf(one))) one.open = true;
  }

  function settle(made, elsewhere) {
    held = null;
    const open = openIn(holder);
    const talk = document.getElementById("talk");
    const scrolled = talk ? talk.scrollTop : 0;
    asideFrom(grid(), made);
    keepingFocus(() => holder.replaceChildren(made));
    if (latestAlarms) showAlarms(latestAlarms);
    prepare();
    if (!elsewhere) reopen(holder, open);
    const list = document.getElementById("talk");
    if (list) list.scrollTop = scrolled || list.scrollHeight;
    document.getElementById("come-along")?.remove();
    if (elsewhere && !typing()) document.getElementById("stage")?.scrollIntoView({ block: "nearest" });
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
    const stays = made.dataset.place === grid().dataset.place;
    words.textContent = made.dataset.ended
      ? "The room has ended, and its record is closed. What you typed stays here until you have seen to it."
      : stays ? "Your seat is another one now. What you typed stays here until you have seen to it."
      : `The room has gone on to “${name}”. You are still where you were; what you write here still counts.`;
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
    if (held && !typing() && !unsent() && !aboutToType(held)) void refresh(true);
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
      : minutes < 100 ? `${minutes}:${rest} over. Go on when you are ready.` : "Long over. Go on when you are ready.";
  }
  setInterval(clockTick, 1000);

  // --- the stream ------------------------------------------------------------------------------------------------

  const line = document.getElementById("connection");
  const TROUBLE = "Not connected; trying again. Nothing that you type is lost.";
  let source = null;
  let failures = 0;
  let polling = null;
  let since = 0; // when the stream was opened, or last said something
  let heard = false;

  function connection(text, state) {
    line.className = `connection ${state}`;
    if (line.textContent !== text) line.textContent = text;
  }
  /** Says so, unless something cannot be sent all the same. */
  function connected() {
    if (waiting.some((act) => act.tried)) connection(TROUBLE, "off");
    else connection(heard ? "Connected" : "Connected, looking every few seconds", "on");
  }

  function open() {
    if (source || !("EventSource" in window)) { if (!source) poll(); return; }
    heard = false;
    since = performance.now();
    source = new EventSource(reading(root.dataset.stream, sequence));
    source.addEventListener("open", () => {
      failures = 0;
      pause = 1000;
      wake();
      void send();
    });
    source.addEventListener("message", (event) => {
      heard = true;
      since = performance.now();
      stopPolling();
      connected();
      try { take(JSON.parse(event.data)); } catch (error) { console.error(error); }
    });
    source.addEventListener("error", () => {
      if (heard) since = performance.now();
      heard = false;
      failures += 1;
      if (!polling) connection(TROUBLE, "off");
      if (source.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, Math.min(1000 * failures, 10000));
      }
    });
  }
  // Some proxies hold streams back, and a connection can be lost without a word. The server says something every 15 s.
  setInterval(() => {
    if (document.hidden) return;
    const silent = performance.now() - since;
    if (!heard && silent > 5000) poll();
    else if (heard && silent > 40000) {
      close();
      open();
    }
  }, 1000);
  function close() {
    source?.close();
    source = null;
  }
  function poll(every = 3000) {
    if (polling) return;
    const look = async () => {
      try {
        const response = await ask(reading(root.dataset.since, sequence));
        const answer = await response.json().catch(() => null);
        if (whose(response.status, answer) || !response.ok) throw new Error(String(response.status));
        for (const message of answer) take(message);
        if (polling) connected();
        pause = 1000;
        wake();
      } catch { if (polling) connection(TROUBLE, "off"); }
    };
    polling = setInterval(look, every);
    void look();
  }
  function stopPolling() {
    clearInterval(polling);
    polling = null;
  }
  // A browser opens only six streams to one server: tabs that nobody looks at let go of theirs, and look now and then, so
  // that whoever has a call in front of the room is not taken to be away.
  document.addEventListener("visibilitychange", () => {
    stopPolling();
    if (document.hidden) {
      for (const form of all("form[data-autosave]", holder)) autosave(form);
      close();
      poll(30000);
    } else open();
  });
  // A server on this machine can still be there: look, rather than believe it.
  window.addEventListener("offline", () => {
    heard = false;
    since = -PATIENCE;
    poll();
  });
  window.addEventListener("online", () => { pause = 1000; wake(); close(); open(); void send(); });
  window.addEventListener("pagehide", () => {
    for (const form of all("form[data-autosave]", holder)) autosave(form);
    // Another tab may have put its own draft in the place of this one.
    for (const field of all("[data-draft]", holder)) if (drafts.has(draftKey(field))) keepDraft(field);
  });

  // --- begin -----------------------------------------------------------------------------------------------------

  function prepare() {
    mine(holder);
    bringDrafts(holder);
    showAside();
    clockStart();
    const keys = find("[data-keys]", holder);
    if (keys) keys.checked = keysOn();
  }

  for (const act of waiting) act.sent = false;
  prepare();
  const talk = document.getElementById("talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
  showOutbox();
  open();
  void send();
})();
