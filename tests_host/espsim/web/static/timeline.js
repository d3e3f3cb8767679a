// Two lanes of marks over time, and the bytes per second below them.
import { amount, clock } from "./text.js";

const LEFT = 92;
const LANES = { tx: [20, 24], rx: [50, 24] }; // top and height
const GRAPH = [92, 54];
const AXIS = 164;
const MOST = 60000;

export class Timeline {
  constructor(canvas, onPick) {
    this.canvas = canvas;
    this.window = 30; // seconds; 0: all
    this.clear();
    canvas.addEventListener("click", (event) => {
      if (event.offsetX > LEFT) onPick(this.from + ((event.offsetX - LEFT) / (this.width - LEFT - 8)) * (this.to - this.from));
    });
    new ResizeObserver(() => this.later()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.later());
  }

  clear() {
    this.marks = [];
    this.bytes = []; // {t, dir, size}
    this.now = 0;
    this.later();
  }

  mark(record) {
    this.marks.push(record);
    if (this.marks.length > MOST) this.marks.splice(0, MOST / 10);
  }

  count(t, dir, size) {
    const last = this.bytes[this.bytes.length - 1];
    if (last && last.dir === dir && t - last.t < 0.01) last.size += size;
    else this.bytes.push({ t, dir, size });
    if (this.bytes.length > MOST) this.bytes.splice(0, MOST / 10);
    this.now = Math.max(this.now, t);
    this.later();
  }

  at(seconds) {
    if (seconds > this.now) this.now = seconds;
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

  range() {
    const first = this.bytes.length ? this.bytes[0].t : 0;
    this.to = Math.max(this.now, first + 0.001);
    this.from = this.window ? Math.max(Math.min(first, this.to - 1), this.to - this.window) : first;
    if (this.to - this.from < 0.05) this.to = this.from + 0.05;
  }

  draw() {
    const scale = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (!this.width) return;
    this.canvas.width = this.width * scale;
    this.canvas.height = height * scale;
    const g = this.canvas.getContext("2d");
    g.scale(scale, scale);
    this.style = getComputedStyle(document.documentElement);
    g.font = "11px " + this.color("--sans");
    g.textBaseline = "middle";
    this.range();
    this.drawAxis(g);
    this.drawLanes(g);
    this.drawGraph(g);
  }

  color(name) {
    return this.style.getPropertyValue(name).trim();
  }

  x(t) {
    return LEFT + ((t - this.from) / (this.to - this.from)) * (this.width - LEFT - 8);
  }

  drawAxis(g) {
    const span = this.to - this.from;
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].find((s) => span / s <= 9) || 7200;
    g.strokeStyle = this.color("--line");
    g.fillStyle = this.color("--dim");
    g.textAlign = "center";
    for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
      const x = Math.round(this.x(t)) + 0.5;
      g.beginPath();
      g.moveTo(x, 14);
      g.lineTo(x, AXIS - 12);
      g.stroke();
      if (x < this.width - 20) g.fillText(clock(t).replace(/\.?0+$/, "") + " s", x, AXIS - 2);
    }
  }

  drawLanes(g) {
    for (const [dir, [top, height]] of Object.entries(LANES)) {
      g.fillStyle = this.color("--lane");
      g.fillRect(LEFT, top, this.width - LEFT - 8, height);
      g.fillStyle = this.color("--text");
      g.textAlign = "left";
      g.fillText(dir === "tx" ? "host → module" : "module → host", 6, top + height / 2);
    }
    const first = this.place(this.from);
    for (let i = first; i < this.marks.length; i++) {
      const { t, dir, kind, size } = this.marks[i];
      const x = this.x(t);
      g.fillStyle = this.color("--" + kind) || this.color("--text");
      if (dir === "note") {
        g.fillRect(x - 0.5, 14, 1.5, 62);
        g.beginPath();
        g.moveTo(x - 4, 8);
        g.lineTo(x + 4, 8);
        g.lineTo(x, 15);
        g.fill();
        continue;
      }
      const [top, height] = LANES[dir];
      const tall = kind === "data" ? height : kind === "prompt" || kind === "echo" ? 7 : 15;
      g.fillRect(x - 1, top + height - tall, kind === "data" ? Math.min(5, 2 + size / 700) : 2, tall);
    }
  }

  place(seconds) {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.marks[middle].t < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  drawGraph(g) {
    const [top, height] = GRAPH;
    const bins = Math.max(10, Math.min(240, Math.floor((this.width - LEFT - 8) / 4)));
    const span = (this.to - this.from) / bins;
    const sums = { tx: new Float64Array(bins), rx: new Float64Array(bins) };
    for (let i = this.bytes.length - 1; i >= 0 && this.bytes[i].t >= this.from; i--) {
      const { t, dir, size } = this.bytes[i];
      sums[dir][Math.min(bins - 1, Math.floor((t - this.from) / span))] += size / span;
    }
    const most = Math.max(1, ...sums.tx, ...sums.rx);
    g.textAlign = "left";
    g.fillStyle = this.color("--text");
    g.fillText("bytes/s", 6, top + 10);
    g.fillStyle = this.color("--dim");
    g.fillText("peak " + amount(Math.round(most)), 6, top + 25);
    const wide = (this.width - LEFT - 8) / bins;
    for (const [dir, color] of [["rx", "--rx"], ["tx", "--tx"]]) {
      g.fillStyle = this.color(color);
      for (let i = 0; i < bins; i++) {
        if (!sums[dir][i]) continue;
        const tall = Math.max(1, (sums[dir][i] / most) * (height - 4));
        g.fillRect(LEFT + i * wide + (dir === "tx" ? wide / 2 : 0), top + height - tall, Math.max(1, wide / 2 - 0.5), tall);
      }
    }
    g.strokeStyle = this.color("--line");
    g.beginPath();
    g.moveTo(LEFT, top + height + 0.5);
    g.lineTo(this.width - 8, top + height + 0.5);
    g.stroke();
  }
}
