// The panel: the module, its links, the faults.
import { amount, make } from "./text.js";

const WAY = { to_host: "module → host", to_module: "host → module" };

export function showState(node, state) {
  const wifi = state.wifi || {};
  const line = state.line.baud ? `${state.line.baud} baud${state.line.flow ? ", RTS/CTS" : ""}` : "as fast as the host";
  const rows = [
    ["state", state.state + (state.command ? ", a command runs" : "")],
    ["host", state.host ? "plugged in" : "nobody there"],
    ["Wi-Fi", wifi.state ? `${wifi.state} (${wifi.mode})` : "starting"],
    ["network", wifi.ssid || "–"],
    ["address", wifi.address || "–"],
    ["MAC", wifi.mac || "–"],
    ["line", line],
    ["sent, received", `${amount(state.line.tx)}, ${amount(state.line.rx)}`],
  ];
  if (state.line.lost || state.line.unheard) rows.push(["lost", `${state.line.lost} to, ${state.line.unheard} from the module`]);
  if (state.failures) rows.push(["defects", `${state.failures} in espsim, see its terminal`]);
  node.replaceChildren(...rows.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]));
}

export function showLinks(node, links, close) {
  if (!links.length) {
    node.replaceChildren(make("p", "none", "No link is open."));
    return;
  }
  node.replaceChildren(...links.map((link) => {
    const row = make("div", "link", "", { "data-link": link.number });
    const what = `${link.kind}${link.server ? ", server" : ""}${link.passive ? ", passive" : ""}`;
    row.append(make("b", "", String(link.number)), make("span", "peer", link.remote), make("span", "kind", what));
    const bytes = `↑ ${amount(link.out)}  ↓ ${amount(link.in)}` + (link.waiting ? ` · ${amount(link.waiting)} wait` : "");
    const button = make("button", "", "close", { type: "button", title: `The peer closes link ${link.number}` });
    button.addEventListener("click", () => close(link.number));
    row.append(make("span", "bytes", bytes), button);
    return row;
  }));
}

function directions() {
  const choice = make("select", "way", "", { "aria-label": "direction" });
  for (const [value, words] of Object.entries(WAY)) choice.append(make("option", "", words, { value }));
  return choice;
}

function input(name, field) {
  const more = { name, "aria-label": field.unit || name, type: field.type, value: field.default, title: field.unit || name };
  if (field.type === "number") Object.assign(more, { min: field.min, max: field.max, step: "any" });
  return make("input", "", "", more);
}

// One button per fault, with the few values it takes; a group has one choice of direction. act(request) sends it.
export function showFaults(node, faults, act) {
  const groups = new Map();
  for (const fault of faults) {
    if (!groups.has(fault.group)) groups.set(fault.group, []);
    groups.get(fault.group).push(fault);
  }
  node.replaceChildren(...Array.from(groups, ([name, members]) => {
    const box = make("fieldset", "group");
    const way = members.some((fault) => fault.fields.way) ? directions() : null;
    const legend = make("legend", "", name);
    if (way) legend.append(way);
    box.append(legend, ...members.map((fault) => faultForm(fault, way, act)));
    return box;
  }));
}

function faultForm(fault, way, act) {
  const form = make("form", "fault", "", { title: fault.help, "data-fault": fault.id });
  form.append(make("button", "", fault.label, { type: "submit" }));
  const own = Object.entries(fault.fields).filter(([, field]) => field.type !== "way");
  for (const [name, field] of own) {
    form.append(input(name, field));
    if (field.unit) form.append(make("span", "unit", field.unit));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = { fault: fault.id };
    if (fault.fields.way) request.way = way.value;
    for (const [name, field] of own) {
      const { value } = form.elements[name];
      request[name] = field.type === "number" ? Number(value) : value;
    }
    act(request);
  });
  return form;
}
