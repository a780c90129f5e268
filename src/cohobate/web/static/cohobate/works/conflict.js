// Somebody else saved meanwhile: both texts side by side, and a choice. Until it is made, nothing is saved; what is not
// chosen is kept under the earlier texts.
import { all, find, say, send } from "./small.js";

export class Conflict {
  constructor(form, saver) {
    this.saver = saver;
    this.form = form;
    this.box = find("#conflict");
    this.found = null;
    this.box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-choice]");
      if (!button || !this.found) return;
      event.preventDefault();
      void this.choose(button.dataset.choice);
    });
  }

  show(found) {
    this.found = { ...found, typed: this.saver.typed };
    find("#conflict-title").textContent = `${found.mine ? "You" : found.by} saved another text meanwhile`;
    find("[data-sides]", this.box).innerHTML = found.html;
    find("[data-choice=both]", this.box).hidden = found.both === null;
    this.form.elements.base.value = found.base;
    this.open(true);
  }

  /** A button that is not shown must not be the one that Enter presses, either. */
  open(shown) {
    this.box.hidden = !shown;
    for (const button of all("[data-choice]", this.box)) button.disabled = !shown || button.hidden;
  }

  async choose(choice) {
    const { saver } = this;
    if (choice === "mine") {
      this.open(false);
      await saver.over(this.found.revision);
      this.back();
      return;
    }
    // What was typed since the two were put together has to be in it, too.
    if (choice === "both" && saver.typed !== this.found.typed) {
      saver.stopped = "";
      await saver.save();
      if (this.found.both === null) {
        say("With what you have typed since, the two cannot be put together any more. Choose again.", "warning");
        return;
      }
    }
    const { found } = this;
    const aside = await send(this.form.dataset.aside, { text: saver.field.value, base: found.base, as: saver.me });
    if (aside.status !== 200) {
      say(aside.answer?.sentence || "The server cannot be reached, so nothing was changed. Try again in a moment.", "error");
      return;
    }
    this.open(false);
    if (choice === "theirs") {
      saver.take(found.text, found.revision, { saved: true });
      saver.show("This is what they saved. Your text is kept under “Earlier”", "saved");
    } else {
      saver.take(found.both, found.revision);
      await saver.save();
    }
    saver.form.dispatchEvent(new Event("saved"));
    this.back();
  }

  back() {
    this.found = null;
    this.saver.field.focus();
  }
}
