// Items while they are written: only the fields that are needed, and nothing that was typed is lost before it is sent.

for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = form.dataset.keep;
  const fields = () => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit");
  const kept = () => fields().filter((one) => one.type !== "radio" || one.checked).map((one) => [one.name, one.value]);
  const before = JSON.stringify(kept());
  const refused = Boolean(document.querySelector("[role=alert]"));

  const show = () => {
    if (form.elements.form) form.dataset.form = form.elements.form.value;
  };

  try {
    const found = JSON.parse(localStorage.getItem(key));
    const changes = form.elements.item && form.elements.item.value;
    if (Array.isArray(found) && !refused && !changes) {
      for (const [name, value] of found) {
        const field = form.elements[name];
        if (field) field.value = value;
      }
    }
  } catch {
    // Nothing was kept.
  }

  form.addEventListener("input", () => {
    show();
    try {
      localStorage.setItem(key, JSON.stringify(kept()));
    } catch {
      // Then it lives as long as the page.
    }
  });
  // It is kept until the server has taken it: the page that comes then has an empty form and no word of a refusal.
  form.addEventListener("submit", () => {
    try {
      sessionStorage.setItem(key, "sent");
    } catch {
      // Then it comes again, and can be thrown away.
    }
  });
  if (!refused && sessionStorage.getItem(key) === "sent") {
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
    form.reset();
    if (JSON.stringify(kept()) !== before) location.reload();
  }
  show();
}
