// Saving at every pause. The server takes a text only over the revision that it was begun from, so nothing of anybody's is
// overwritten; and until it has answered, what was typed is kept here.
import { fresh, later, send, time } from "./small.js";

const PAUSE = 800;
const FIRST = 1000; // milliseconds until a saving that failed is tried again, and
const LONGEST = 15000; // at most
const LOOK = 20000;

export class Saver {
  /** `show(words, kind)` tells how it stands; `conflict(found)` what somebody else saved; `news(told)` that they did. */
  constructor({ form, field, kept, show, conflict, news }) {
    Object.assign(this, { form, field, kept, show, conflict, news });
    this.address = form.dataset.save;
    this.me = form.dataset.me;
    this.revision = Number(form.elements.revision.value);
    this.follows = []; // acts whose answers never came
    this.typed = 0;
    this.done = 0;
    this.wait = FIRST;
    this.stopped = ""; // why nothing is saved, until something is chosen or changed
    this.sending = null;
    this.seen = this.revision; // the latest revision of somebody else's that was told of
    this.soon = later(PAUSE, () => this.save());
    this.again = later(0, () => this.save());
    field.addEventListener("input", () => this.changed());
    window.addEventListener("online", () => this.unsaved && !this.stopped && this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.unsaved && !this.stopped && this.save();
      else this.look();
    });
    window.addEventListener("focus", () => this.look());
    setInterval(() => !document.hidden && this.look(), LOOK);
    window.addEventListener("beforeunload", (event) => {
      this.kept.write();
      if (this.unsaved && !this.kept.works && !this.leaving) event.preventDefault();
    });
  }

  get unsaved() {
    return this.typed !== this.done;
  }

  state() {
    return { text: this.field.value, revision: this.revision, follows: this.follows };
  }

  keep() {
    this.kept.keep(() => this.state(), this.field.value.length);
  }

  changed() {
    this.typed += 1;
    this.keep();
    if (this.stopped === "refused") this.stopped = "";
    if (this.stopped) return;
    if (this.wait === FIRST) this.show("Typing …", "");
    this.soon();
  }

  /** Another text in the field, begun from that revision; to be saved unless it is the one that is there. */
  take(text, revision, { follows = [], saved = false } = {}) {
    this.field.value = text;
    this.form.elements.revision.value = this.revision = revision;
    this.follows = follows;
    this.stopped = "";
    this.typed += 1;
    if (saved) {
      this.done = this.typed;
      this.kept.drop();
    } else {
      this.keep();
    }
    this.field.dispatchEvent(new Event("taken"));
  }

  /** Goes on over a revision that somebody else saved. */
  over(revision) {
    this.form.elements.revision.value = this.revision = this.seen = revision;
    this.follows = [];
    this.stopped = "";
    this.keep();
    return this.save();
  }

  /** Saves what is there. Whether all of it is saved then. */
  async save() {
    this.soon.cancel();
    if (this.sending) {
      await this.sending;
      return this.unsaved && !this.stopped ? this.save() : !this.unsaved;
    }
    if (!this.unsaved) return true;
    if (this.stopped === "person") return false;
    this.sending = this.send();
    await this.sending;
    this.sending = null;
    return !this.unsaved;
  }

  async send() {
    const typed = this.typed;
    const act = fresh();
    const fields = { text: this.field.value, revision: this.revision, act, follows: this.follows.join(","), as: this.me };
    // From here on it may be on the server, even if no answer comes and this page is gone.
    this.follows = [...this.follows, act].slice(-50);
    this.keep();
    const slow = setTimeout(() => this.show("Saving …", ""), 1500);
    const { status, answer } = await send(this.address, fields);
    clearTimeout(slow);
    if (status === 200 && answer?.ok) this.saved(typed, answer);
    else if (status === 409 && answer?.conflict) this.met(answer.conflict);
    else if (status === 403 && answer?.as) this.stop("person", answer.sentence);
    else if (status === 507) this.retry(`${answer?.sentence || "The server's disk is full."} What you type is kept in this browser.`);
    else if (status === 409 || status === 413) this.stop("refused", `Not saved: ${answer?.sentence || "it is too long."} It is kept in this browser.`);
    else if (status === 403 || status === 404 || status === 400) {
      this.stop("refused", `Not saved: ${answer?.sentence || "the server did not take it."} It is kept in this browser; reload the page.`);
    } else this.retry(navigator.onLine && status ? "Not saved yet: the server is in trouble; what you type is kept in this browser" : "Not saved yet: no connection; what you type is kept in this browser");
  }

  saved(typed, answer) {
    this.done = typed;
    this.wait = FIRST;
    this.stopped = "";
    this.follows = [];
    this.form.elements.revision.value = this.revision = this.seen = answer.revision;
    if (this.unsaved) {
      this.keep();
      this.soon();
    } else {
      this.kept.drop();
    }
    this.show(`Saved ${time(answer.at)}`, "saved");
    this.kept.tell({ saved: answer });
    this.form.dispatchEvent(new Event("saved"));
  }

  met(found) {
    this.stopped = "conflict";
    this.follows = [];
    this.keep();
    this.seen = found.revision;
    this.kept.write();
    this.show(`${found.mine ? "You saved another text in another tab or on another device" : `Somebody else saved: ${found.by}`}, ${time(found.at)}. Choose above what becomes the draft`, "trouble");
    this.conflict(found);
  }

  stop(why, sentence) {
    this.stopped = why;
    this.show(sentence, "trouble");
  }

  retry(sentence) {
    this.show(this.kept.works ? sentence : "Not saved yet, and this browser has no room to keep it: leave this page open, or copy the text", "trouble");
    this.again.cancel();
    this.again = later(this.wait, () => this.save());
    this.again();
    this.wait = Math.min(this.wait * 1.7, LONGEST);
  }

  /** Looks whether somebody else has saved. */
  async look() {
    if (this.sending || this.stopped || this.unsaved) return;
    const revision = this.revision;
    const { status, answer } = await send(`${this.address}?as=${this.me}`);
    if (status === 200 && revision === this.revision) this.learn(answer);
  }

  learn(told) {
    if (told.revision <= this.revision || told.revision <= this.seen || this.stopped || this.sending) return;
    this.seen = told.revision;
    this.news(told);
  }
}
