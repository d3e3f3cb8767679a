// The log: two lanes, host left, module right. Only the rows in sight exist.
import { clock, make, readable } from "./text.js";

export const KINDS = {
  command: "commands", answer: "answers", final: "results", error: "errors", report: "reports", prompt: "prompts",
  data: "data", text: "other text", noise: "noise", echo: "echo", note: "notes",
};
const ROW = 22;
const MOST = 50000;
const SPARE = 5000; // removed at once, so that it is rare

export class Log {
  constructor(node, onSelect, onCount) {
    this.node = node;
    this.onSelect = onSelect;
    this.onCount = onCount;
    this.space = node.querySelector(".space");
    this.rows = node.querySelector(".rows");
    this.follow = true;
    this.hidden = new Set(["echo"]);
    this.search = null;
    this.clear();
    node.addEventListener("scroll", () => this.scrolled());
    new ResizeObserver(() => this.resized()).observe(node);
    this.rows.addEventListener("click", (event) => {
      const row = event.target.closest("[data-place]");
      if (row) this.select(Number(row.dataset.place));
    });
  }

  clear() {
    this.all = [];
    this.shown = [];
    this.dropped = 0;
    this.selected = null;
    this.follow = true;
    this.later();
  }

  add(record) {
    this.all.push(record);
    if (this.matches(record)) this.shown.push(record);
    if (this.all.length > MOST + SPARE) {
      this.dropped += SPARE;
      this.all.splice(0, SPARE);
      this.filter();
    }
    this.later();
  }

  matches(record) {
    if (this.hidden.has(record.kind)) return false;
    return !this.search || this.search(record);
  }

  filter() {
    this.shown = this.all.filter((record) => this.matches(record));
    this.later();
  }

  // What to look for: plain words, or /a regular expression/. False when that is none.
  find(words) {
    const form = /^\/(.+)\/$/.exec(words);
    let test = (text) => text.toLowerCase().includes(words.toLowerCase());
    if (form) {
      try {
        const found = new RegExp(form[1], "i");
        test = (text) => found.test(text);
      } catch {
        return false;
      }
    }
    this.search = words ? (r) => test(r.text) || test(r.head || "") || test(readable(r.text)) : null;
    this.filter();
    return true;
  }

  scrolled() {
    this.follow = false;
    this.follow = this.atEnd();
    this.later();
  }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  draw() {
    this.space.style.height = this.shown.length * ROW + "px";
    if (this.follow) this.node.scrollTop = this.node.scrollHeight;
    const first = Math.max(0, Math.floor(this.node.scrollTop / ROW) - 4);
    const last = Math.min(this.shown.length, first + Math.ceil(this.node.clientHeight / ROW) + 8);
    this.rows.style.transform = `translateY(${first * ROW}px)`;
    const made = [];
    for (let place = first; place < last; place++) made.push(this.row(this.shown[place], place));
    this.rows.replaceChildren(...made);
    const chosen = this.selected === null ? "" : "row-" + this.shown.indexOf(this.selected);
    this.node.setAttribute("aria-activedescendant", chosen);
    this.onCount(this.shown.length, this.all.length, this.dropped);
  }

  row(record, place) {
    const row = make("div", `row ${record.dir} ${record.kind}`, "", { role: "option", "data-place": place, id: "row-" + place });
    if (record === this.selected) row.setAttribute("aria-selected", "true");
    row.append(make("span", "time", clock(record.t)));
    const words = make("span", "words");
    if (record.head) words.append(make("span", "head", readable(record.head, 80)));
    if (record.kind === "data") words.append(make("span", "size", record.size + " bytes"));
    words.append(make("span", "text", readable(record.text, 240)));
    row.append(words);
    return row;
  }

  resized() {
    if (this.selected) this.intoSight(this.shown.indexOf(this.selected));
    this.later();
  }

  intoSight(place) {
    const top = place * ROW;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    else if (top + ROW > this.node.scrollTop + this.node.clientHeight) this.node.scrollTop = top + ROW - this.node.clientHeight;
  }

  select(place) {
    if (!this.shown.length) return;
    place = Math.max(0, Math.min(this.shown.length - 1, place));
    this.selected = this.shown[place];
    this.follow = false;
    this.intoSight(place);
    this.onSelect(this.selected);
    this.later();
  }

  move(step) {
    const at = this.selected ? this.shown.indexOf(this.selected) : -1;
    this.select(at < 0 ? this.shown.length - 1 : at + step);
  }

  // The message nearest to a time.
  reveal(seconds) {
    let low = 0;
    let high = this.shown.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shown[middle].t < seconds) low = middle + 1;
      else high = middle;
    }
    this.select(low);
    this.node.scrollTop = Math.max(0, low * ROW - this.node.clientHeight / 2);
  }

  unselect() {
    this.selected = null;
    this.onSelect(null);
    this.later();
  }

  atEnd() {
    return this.follow || this.node.scrollTop + this.node.clientHeight >= this.node.scrollHeight - ROW;
  }

  toStart() {
    this.follow = false;
    this.node.scrollTop = 0;
    this.later();
  }

  toEnd() {
    this.follow = true;
    this.later();
  }
}
