// Choosing a stretch of a text by clicking its first block, then its last.

for (const form of document.querySelectorAll("[data-stretch]")) {
  const { first, last } = form.elements;
  const blocks = [...form.querySelectorAll("[data-block]")];
  let beginning = true;

  const show = () => {
    for (const one of blocks) {
      const number = Number(one.dataset.block);
      one.classList.toggle("in", number >= Number(first.value) && number <= Number(last.value));
    }
  };

  form.querySelector("[data-stretch-help]").hidden = false;
  form.querySelector(".blocks").classList.add("clicks");
  form.querySelector(".blocks").addEventListener("click", (event) => {
    const block = event.target.closest("[data-block]");
    if (!block) return;
    const number = Number(block.dataset.block);
    if (beginning || number < Number(first.value)) {
      first.value = last.value = number;
      beginning = false;
    } else {
      last.value = number;
      beginning = true;
    }
    show();
  });
  form.addEventListener("input", show);
  show();
}
