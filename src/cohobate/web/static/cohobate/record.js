// The slider of a record: what the room was like after so many events.
"use strict";

(() => {
  const form = document.querySelector("[data-replay]");
  const place = document.getElementById("at");
  function localTimes() {
    for (const time of document.querySelectorAll("time[data-at]")) {
      const date = new Date(Number(time.dataset.at) * 1000);
      time.textContent = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    }
  }
  localTimes();
  if (!form || !place) return;
  const slider = form.elements.n;
  const output = form.querySelector("[data-output]");
  form.querySelector("[data-go]").hidden = true;
  let asked = 0;
  let timer = null;
  async function show() {
    const mine = ++asked;
    const response = await fetch(`${form.action}?n=${slider.value}&part=yes`, { credentials: "same-origin" }).catch(() => null);
    if (mine !== asked || !response?.ok) return;
    place.innerHTML = await response.text();
    localTimes();
  }
  slider.addEventListener("input", () => {
    output.textContent = `${slider.value} of ${slider.max}`;
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void show();
  });
})();
