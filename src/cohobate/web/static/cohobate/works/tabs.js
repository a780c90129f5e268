// Sections that stand below each other become tabs where a script runs.
import { all, find } from "./small.js";

/** Makes tabs of the sections in a box, each named by its heading; gives a function that opens one by its id. */
export function tabs(box) {
  const panels = all(":scope > section", box);
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", box.dataset.tabs);
  const buttons = panels.map((panel) => {
    const heading = find("h2", panel);
    const button = document.createElement("button");
    button.type = "button";
    button.id = `tab-${panel.id}`;
    button.textContent = heading.textContent;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    heading.hidden = true;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    panel.tabIndex = 0;
    button.addEventListener("click", () => open(panel.id));
    list.append(button);
    return button;
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = { Home: 0, End: buttons.length - 1 }[event.key];
    if (step === undefined && at === undefined) return;
    event.preventDefault();
    const now = buttons.indexOf(document.activeElement);
    const next = at ?? (now + step + buttons.length) % buttons.length;
    buttons[next].focus();
    open(panels[next].id);
  });
  function open(id) {
    panels.forEach((panel, i) => {
      const chosen = panel.id === id;
      panel.hidden = !chosen;
      buttons[i].setAttribute("aria-selected", String(chosen));
      buttons[i].tabIndex = chosen ? 0 : -1;
      if (chosen) panel.dispatchEvent(new Event("opened"));
    });
  }
  box.prepend(list);
  return { open, count: (id, words) => { find(`#tab-${id}`).textContent = words; } };
}
