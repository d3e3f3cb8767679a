// Puts the parts together: live events or a file in, lanes, log and panel out.
import { KINDS, Log } from "./log.js";
import { showFaults, showLinks, showState } from "./panel.js";
import { Parser } from "./parse.js";
import { clock, hexdump, make, readable } from "./text.js";
import { Timeline } from "./timeline.js";
import { read } from "./transcript.js";

const find = (id) => document.getElementById(id);
const timeline = new Timeline(find("timeline"), (seconds) => log.reveal(seconds));
const log = new Log(find("log"), showDetail, (shown, all, dropped) => {
  const gone = dropped ? `; the oldest ${dropped} were dropped` : "";
  find("count").textContent = (shown === all ? `${all} messages` : `${shown} of ${all} messages`) + gone;
  find("end").hidden = log.atEnd();
});
let parser = new Parser(record);
let live = true; // false while a file is shown
let paused = false;
let held = []; // live events that came in the pause
let missed = 0; // and those there was no room for
const HELD_MOST = 100000;

function record(one) {
  log.add(one);
  timeline.mark(one);
}

function pass([t, way, data, size]) {
  if (way === "note") return record({ t, dir: "note", kind: "note", text: data, size: 0 });
  timeline.count(t, way, size);
  if (data) parser.feed(t, way, data);
}

function restart() {
  parser = new Parser(record);
  log.clear();
  timeline.clear();
  showDetail(null);
}

// what is selected

function showDetail(one) {
  find("detail").hidden = !one;
  if (!one) return;
  const who = { tx: "host → module", rx: "module → host", note: "espsim" }[one.dir];
  find("what").textContent = `${clock(one.t)} s · ${who} · ${one.kind} · ${one.size} bytes${one.head ? " · " + one.head : ""}`;
  find("plain").textContent = readable(one.text, 4000).replaceAll("\\n", "\\n\n");
  find("hex").textContent = one.dir === "note" ? "" : hexdump(one.text);
}

// live

let run = ""; // of espsim; another one is another trace

function take(message) {
  if (message.lost) message.log.unshift([message.log[0][0], "note", `${message.lost} events were too fast for this page`, 0]);
  if (!live) return; // going back to live loads the page anew
  if (!paused) message.log.forEach(pass);
  else if (held.length < HELD_MOST) held.push(...message.log);
  else missed += message.log.length;
}

function release() {
  held.splice(0).forEach(pass);
  if (missed) record({ t: timeline.now, dir: "note", kind: "note", text: `${missed} events passed unseen in the pause`, size: 0 });
  missed = 0;
}

function status(words, className) {
  const node = find("status");
  node.textContent = words;
  node.className = className;
}

function showSource() {
  document.body.classList.toggle("file", !live);
  find("pause").setAttribute("aria-pressed", String(paused));
  find("pause").textContent = paused ? "Resume" : "Pause";
  find("pause").disabled = !live;
  find("live").hidden = live;
  if (!live) status("saved trace", "");
}

function connect() {
  const events = new EventSource("/events");
  events.addEventListener("hello", (event) => {
    const hello = JSON.parse(event.data);
    if (run && run !== hello.run && live) restart();
    run = hello.run;
    find("profile").textContent = hello.profile;
    showFaults(find("faults"), hello.faults, act);
    if (live) status("live", "on");
  });
  events.addEventListener("line", (event) => take(JSON.parse(event.data)));
  events.addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    showState(find("state"), state);
    showLinks(find("links"), state.links, (number) => act({ fault: "close", link: number }));
    find("armed").replaceChildren(...state.armed.map((words) => make("li", "", words)));
    find("disarm").hidden = !state.armed.length;
    if (live && !paused) timeline.at(state.seconds);
  });
  events.addEventListener("error", () => live && status("espsim is not there", "off"));
}

async function act(request, path = "/fault") {
  const words = find("said");
  try {
    const answer = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request),
    });
    words.textContent = answer.ok ? (await answer.json()).done : "Refused: " + (await answer.text());
  } catch {
    words.textContent = "espsim is not there.";
  }
}

// files

async function open(file) {
  let trace;
  try {
    trace = read(await file.text(), file.name);
  } catch (error) {
    find("note").textContent = error.message;
    return;
  }
  live = false;
  paused = false;
  restart();
  showSource();
  find("note").textContent = `${trace.title}${trace.timed ? "" : " (without times: each piece counts 0.1 s)"}`;
  for (const [t, dir, data] of trace.log) pass([t, dir, data, data.length]);
  parser.finish();
  windowIs("0");
  log.toStart();
}

function goLive() {
  location.reload();
}

// the controls

function windowIs(seconds) {
  find("window").value = seconds;
  timeline.window = Number(seconds);
  timeline.later();
}

function chips() {
  for (const [kind, words] of Object.entries(KINDS)) {
    const chip = make("button", `chip ${kind}`, words, { type: "button", "data-kind": kind });
    const show = () => chip.setAttribute("aria-pressed", String(!log.hidden.has(kind)));
    chip.addEventListener("click", () => {
      if (!log.hidden.delete(kind)) log.hidden.add(kind);
      show();
      log.filter();
    });
    show();
    find("chips").append(chip);
  }
}

function pauseOrGo() {
  paused = !paused;
  if (!paused) release();
  showSource();
}

function controls() {
  find("search").addEventListener("input", (event) => {
    event.target.setAttribute("aria-invalid", String(!log.find(event.target.value)));
  });
  find("pause").addEventListener("click", pauseOrGo);
  find("live").addEventListener("click", goLive);
  find("end").addEventListener("click", () => log.toEnd());
  find("clear").addEventListener("click", restart);
  find("disarm").addEventListener("click", () => act({}, "/disarm"));
  find("close").addEventListener("click", () => log.unselect());
  find("open").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", (event) => {
    if (event.target.files.length) open(event.target.files[0]);
    event.target.value = "";
  });
  find("window").addEventListener("change", (event) => windowIs(event.target.value));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) open(event.dataTransfer.files[0]);
  });
  document.addEventListener("keydown", key);
}

const KEYS = {
  "/": () => find("search").focus(),
  ArrowDown: () => log.move(1),
  ArrowUp: () => log.move(-1),
  j: () => log.move(1),
  k: () => log.move(-1),
  PageDown: () => log.move(20),
  PageUp: () => log.move(-20),
  End: () => log.toEnd(),
  Escape: () => log.unselect(),
  p: () => live && pauseOrGo(),
};

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.activeElement.blur();
  else if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
}

chips();
controls();
showSource();
connect();
