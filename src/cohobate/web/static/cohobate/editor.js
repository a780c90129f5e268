// The editor of workshop files: numbers beside the lines, mistakes that lead to their lines, and a draft that is kept.
"use strict";
(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const text = form.querySelector("textarea");
  const numbers = form.querySelector("[data-numbers]");
  const restored = form.querySelector("[data-restored]");
  const basedOn = form.querySelector("[name=based_on]");
  const key = `draft:${form.dataset.draft}`;
  const saved = text.value;
  let lines = 0;

  // --- numbers ------------------------------------------------------------------------------------------------------

  function number() {
    const now = text.value.split("\n").length;
    if (now !== lines) {
      lines = now;
      numbers.textContent = Array.from({ length: lines }, (_, i) => i + 1).join("\n");
    }
    numbers.scrollTop = text.scrollTop;
  }

  function goTo(line) {
    const before = text.value.split("\n").slice(0, line - 1);
    const start = before.reduce((sum, one) => sum + one.length + 1, 0);
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    const height = text.scrollHeight / Math.max(1, text.value.split("\n").length);
    text.scrollTop = Math.max(0, (line - 1) * height - text.clientHeight / 3);
    number();
  }

  // --- the draft ----------------------------------------------------------------------------------------------------

  function keep() {
    try {
      if (text.value === saved) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ basedOn: basedOn.value, text: text.value }));
    } catch {
      // No storage, or a full one: then the page asks before it is left.
    }
  }

  function restore() {
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(key));
    } catch {
      draft = null;
    }
    // After a refusal the page already shows what was typed.
    if (!draft || typeof draft.text !== "string" || draft.text === saved || document.querySelector("[role=alert]")) return;
    text.value = draft.text;
    basedOn.value = draft.basedOn || basedOn.value;
    restored.hidden = false;
    htmx.trigger(text, "check");
  }

  let leaving = false;
  form.addEventListener("submit", () => {
    keep();
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (leaving || text.value === saved) return;
    try {
      if (localStorage.getItem(key)) return;
    } catch {
      // Not kept anywhere else.
    }
    event.preventDefault();
  });
  form.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    if (line) {
      event.preventDefault();
      goTo(Number(line.dataset.line));
    } else if (event.target.closest("[data-discard]")) {
      text.value = saved;
      restored.hidden = true;
      keep();
      number();
      htmx.trigger(text, "check");
    }
  });
  text.addEventListener("input", () => {
    number();
    keep();
  });
  text.addEventListener("scroll", number);
  number();
  // htmx attends to the page at this same moment, and before us.
  document.addEventListener("DOMContentLoaded", () => {
    restore();
    number();
  });
})();
