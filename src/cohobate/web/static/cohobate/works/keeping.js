// What is typed and not saved yet, kept in this browser under the name of its tab, so that tabs do not take it from each
// other. What a tab left behind that is gone, by a crash or a reload, is given to the next one.
import { fresh, later } from "./small.js";

const LONG = 200000; // letters, from which on keeping takes too long for every stroke of a key
const ANSWER = 300; // milliseconds in which the other tabs say that they are there

export class Kept {
  constructor(work, person) {
    this.beginning = `cohobate.draft.${work}.${person}.`;
    this.tab = fresh();
    this.works = true;
    this.pending = null;
    this.soon = later(300, () => this.write());
    this.heard = new Set();
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.beginning) : null;
    this.onNews = () => {};
    if (this.channel) {
      this.channel.onmessage = ({ data }) => {
        if (data.who) this.tell({ here: this.tab });
        else if (data.here) this.heard.add(data.here);
        else this.onNews(data);
      };
    }
    for (const event of ["pagehide", "visibilitychange"]) window.addEventListener(event, () => this.write(), true);
  }

  tell(message) {
    this.channel?.postMessage(message);
  }

  /** Keeps a state, { text, revision, follows }, given by a function, as late as is still safe. */
  keep(state, length) {
    this.pending = state;
    if (length > LONG) this.soon();
    else this.write();
  }

  write() {
    if (!this.pending) return;
    const state = { ...this.pending(), at: Date.now() };
    this.pending = null;
    try {
      localStorage.setItem(this.beginning + this.tab, JSON.stringify(state));
      this.works = true;
    } catch {
      // No storage, or a full one. What is there is older than what was typed, but better than nothing.
      this.works = false;
    }
  }

  drop(tab = this.tab) {
    if (tab === this.tab) this.pending = null;
    try {
      localStorage.removeItem(this.beginning + tab);
    } catch {
      // Nothing was kept.
    }
  }

  /** What tabs have left behind that are not there any more, the latest first. */
  async left() {
    if (!this.all().length) return [];
    this.tell({ who: true });
    await new Promise((go) => setTimeout(go, ANSWER));
    return this.all().filter(({ tab }) => tab !== this.tab && !this.heard.has(tab)).sort((a, b) => b.at - a.at);
  }

  all() {
    const found = [];
    let keys = [];
    try {
      keys = Object.keys(localStorage).filter((key) => key.startsWith(this.beginning));
    } catch {
      // No storage.
    }
    for (const key of keys) {
      try {
        const state = JSON.parse(localStorage.getItem(key));
        if (typeof state?.text === "string") found.push({ ...state, tab: key.slice(this.beginning.length) });
      } catch {
        // Not what this script keeps.
      }
    }
    return found;
  }
}
