// Light or dark, as chosen here before. It runs before anything is drawn, so that nothing flashes.
"use strict";
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // No storage: then as the system has it.
  }
})();
