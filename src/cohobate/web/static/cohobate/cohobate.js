// What every page can do: copy a link, close a note, tell what went wrong, show times by the browser's own clock.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  // --- light and dark -----------------------------------------------------------------------------------------------

  const systemTheme = () => (dark.matches ? "dark" : "light");
  const theme = () => root.dataset.theme || systemTheme();

  function switchTheme() {
    const wanted = theme() === "dark" ? "light" : "dark";
    const usual = wanted === systemTheme();
    if (usual) delete root.dataset.theme;
    else root.dataset.theme = wanted;
    try {
      if (usual) localStorage.removeItem("theme");
      else localStorage.setItem("theme", wanted);
    } catch {
      // It is forgotten with the page.
    }
    labelTheme();
  }

  function labelTheme() {
    for (const label of document.querySelectorAll("[data-theme-label]")) {
      label.textContent = `Switch to ${theme() === "dark" ? "light" : "dark"} colours`;
    }
  }

  // --- saying things ------------------------------------------------------------------------------------------------

  function say(text, kind = "info") {
    const place = document.querySelector("[data-told]");
    if (!place) return;
    for (const old of place.querySelectorAll(".toast[data-said]")) if (old.dataset.said === text) old.remove();
    const toast = document.createElement("p");
    toast.className = `toast ${kind}`;
    toast.dataset.said = text;
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "quiet small";
    close.dataset.dismiss = "";
    close.textContent = "Close";
    toast.append(words, close);
    place.append(toast);
    if (kind === "info" || kind === "success") setTimeout(() => toast.remove(), 8000);
  }

  async function copy(button) {
    const field = button.closest(".copy").querySelector("input");
    field.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      done = document.execCommand("copy"); // without https there is no clipboard
    }
    if (!done) return say("Press Ctrl-C to copy what is selected.");
    button.textContent = "Copied";
    say("Copied.");
    setTimeout(() => (button.textContent = "Copy"), 3000);
  }

  // --- parts of pages, also those that come later ----------------------------------------------------------------------

  const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

  function prepare(part) {
    for (const time of part.querySelectorAll("time[data-moment]")) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.valueOf())) time.textContent = moment.format(at);
    }
    for (const button of part.querySelectorAll("[data-copy], [data-theme-toggle], .toast [data-dismiss]")) {
      button.hidden = false;
    }
    for (const note of part.querySelectorAll("[data-forget-draft]")) {
      try {
        localStorage.removeItem(`draft:${note.dataset.forgetDraft}`);
      } catch {
        // Then there was none.
      }
      history.replaceState(null, "", location.pathname + location.hash);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("copy" in button.dataset) copy(button);
    else if ("dismiss" in button.dataset) button.closest(".toast, .notice").remove();
    else if ("themeToggle" in button.dataset) switchTheme();
    else if ("fill" in button.dataset) {
      const field = document.querySelector(button.dataset.fill);
      field.value = button.dataset.value;
      field.focus();
    }
  });
  // --- signing out --------------------------------------------------------------------------------------------------

  // What pages keep in this browser: cohobate.KIND.PLACE.PERSON.REST. The place is a room or a work; a kind is a draft, the
  // outbox, what was put aside, or what is said in a review.
  // Settings have shorter names, and stay.
  function keptOf(person) {
    try {
      return Object.keys(localStorage).filter((key) => {
        const [site, , , whose] = key.split(".");
        return site === "cohobate" && whose === person;
      });
    } catch {
      return [];
    }
  }

  document.addEventListener("submit", (event) => {
    const person = event.target.dataset.signOut;
    if (!person) return;
    const kept = keptOf(person);
    const question = kept.length === 1
      ? "One thing that you typed or did here has not been sent, and is kept only in this browser. Throw it away and sign out?"
      : `${kept.length} things that you typed or did here have not been sent, and are kept only in this browser. `
        + "Throw them away and sign out?";
    if (kept.length && !window.confirm(question)) event.preventDefault();
    else for (const key of kept) localStorage.removeItem(key);
  });

  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".copy input")) event.target.select();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-opens]")) document.getElementById(event.target.dataset.opens).open = true;
  });
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  document.addEventListener("htmx:sendError", () => {
    say("The server cannot be reached. What you typed is still here; try again in a moment.", "error");
  });
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    const plain = (answer.getResponseHeader("content-type") || "").startsWith("text/plain");
    say(plain && answer.responseText ? answer.responseText : "Something went wrong. Reload the page and try again.", "error");
  });
  dark.addEventListener("change", labelTheme);

  prepare(document);
  labelTheme();
  window.cohobate = { say, prepare };
})();
