// Cuts what passed over the line into messages: commands, echo, answers, reports, prompts, data.
// A byte is one character (latin-1), as in the transcripts.

const FINALS = /^(OK|ERROR|FAIL|SEND OK|SEND FAIL|SEND Canceled|SET OK|ready|CLOSED OK)$/;
const BUSY = /^busy [ps]\.\.\./;
const BLOCKS = [
  /^\+IPD,(?:\d+,)?(\d+)(?:,[^:\r\n]*)?:/,
  /^\+CIPRECVDATA[:,](\d+)[,:](?:"?[0-9a-fA-F.:]+"?,\d+,)?/,
  /^\+MQTTSUBRECV:\d+,"[^"]*",(\d+),/,
  /^\+(?:HTTPCLIENT|HTTPCGET|HTTPCPOST|HTTPCPUT|BLUFIDATA|USERRAM|SYSFLASH):(\d+),/,
  /^\+WS_DATA:\d+,(\d+),/,
  /^\+BLEGATTCRD:\d+,(\d+),/,
];
const STREAMS = /^AT\+(CIPSEND|BLESPP|BTSPPSEND|SAVETRANSLINK)$/;
const KEPT = 1 << 16; // characters of one message that are kept
const PATIENCE = 1; // seconds until an unfinished line is shown as it is

function lengthPromised(command) {
  const found = /^AT\+([A-Z_]+)=(.*)$/.exec(command);
  if (!found) return 0;
  const [, name, rest] = found;
  if (/^CIPSEND/.test(name)) {
    const numbers = rest.split(/,?"/)[0].split(",").filter(Boolean);
    return Number(numbers[numbers.length - 1]) || 0;
  }
  if (name === "MQTTPUBRAW") return Number((/",(\d+)/.exec(rest) || [])[1]) || 0;
  if (name === "WSSEND") return Number(rest.split(",")[1]) || 0;
  if (/^HTTPCP(OST|UT)$/.test(name)) return Number((/",(\d+)/.exec(rest) || [])[1]) || 0;
  return Number((/(\d+)\s*$/.exec(rest) || [])[1]) || 0;
}

class Way {
  constructor() {
    this.rest = "";
    this.at = 0; // when the first of `rest` came
    this.block = null; // data under way: {left, size, text, head}
  }
}

export class Parser {
  // emit({t, dir, kind, text, size, head}) is called for each message
  constructor(emit) {
    this.emit = emit;
    this.tx = new Way();
    this.rx = new Way();
    this.command = "";
    this.promised = 0;
    this.stream = false;
  }

  feed(t, dir, text) {
    const way = this[dir];
    const other = dir === "tx" ? this.rx : this.tx;
    for (const [one, name] of [[way, dir], [other, dir === "tx" ? "rx" : "tx"]]) {
      if (one.rest && t - one.at > PATIENCE && !one.block) this.flushWay(one, name);
    }
    if (!way.rest) way.at = t;
    if (dir === "tx" && this.stream) return this.streamed(t, text);
    way.rest += text;
    while (way.rest && (way.block ? this.takeBlock(t, way, dir) : this.takeLine(t, way, dir)));
  }

  finish() {
    for (const dir of ["tx", "rx"]) {
      const way = this[dir];
      if (way.block) this.endBlock(way.at, way, dir, true);
      this.flushWay(way, dir);
    }
  }

  flushWay(way, dir) {
    if (way.rest.trim()) this.put(way.at, dir, /^[\x20-\x7e\r\n]*$/.test(way.rest) ? "text" : "noise", way.rest);
    way.rest = "";
  }

  put(t, dir, kind, text, more) {
    this.emit({ t, dir, kind, text, size: text.length, ...more });
  }

  streamed(t, text) {
    if (text === "+++") {
      this.stream = false;
      this.put(t, "tx", "command", text);
    } else {
      this.put(t, "tx", "data", text, { head: "passthrough" });
    }
  }

  takeBlock(t, way, dir) {
    const { block } = way;
    const piece = way.rest.slice(0, block.left);
    if (block.text.length < KEPT) block.text += piece.slice(0, KEPT - block.text.length);
    block.left -= piece.length;
    way.rest = way.rest.slice(piece.length);
    way.at = t;
    if (!block.left) this.endBlock(t, way, dir, false);
    return true;
  }

  // A message's time is that of its last byte: so they are in order.
  endBlock(t, way, dir, cut) {
    const { block } = way;
    const size = block.size - block.left;
    this.put(t, dir, "data", block.text, { size, head: block.head + (cut ? ` (${block.left} bytes missing)` : "") });
    way.block = null;
  }

  begin(way, size, head) {
    if (size > 0) way.block = { left: size, size, text: "", head };
  }

  takeLine(t, way, dir) {
    if (dir === "rx") {
      const start = /^[\r\n]*/.exec(way.rest)[0].length;
      const body = way.rest.slice(start);
      if (!body) return false;
      for (const form of BLOCKS) {
        const found = form.exec(body);
        if (found) {
          way.rest = body.slice(found[0].length);
          this.begin(way, Number(found[1]), found[0].replace(/[,:]$/, ""));
          if (!way.block) this.put(t, dir, "report", found[0]);
          way.at = t;
          return true;
        }
      }
      if (body[0] === ">") return this.prompted(t, way, body);
    }
    const end = way.rest.indexOf("\n");
    if (end < 0) {
      if (way.rest.length > 2048) this.flushWay(way, dir);
      return false;
    }
    const line = way.rest.slice(0, end).replace(/^[\r\n]+|\r+$/g, "");
    way.rest = way.rest.slice(end + 1);
    if (line) (dir === "tx" ? this.sent : this.heard).call(this, t, line);
    way.at = t;
    return true;
  }

  prompted(t, way, body) {
    way.rest = body.slice(1).replace(/^ /, "");
    this.put(t, "rx", "prompt", ">");
    this.begin(this.tx, this.promised, this.command.replace(/^AT/, ""));
    if (!this.promised && STREAMS.test(this.command)) this.stream = true;
    this.promised = 0;
    way.at = t;
    return true;
  }

  sent(t, line) {
    if (!line.startsWith("AT") && line !== "+++") return this.put(t, "tx", "text", line);
    this.command = line;
    this.promised = lengthPromised(line);
    this.put(t, "tx", "command", line);
  }

  heard(t, line) {
    let kind = "report";
    const name = /^AT(\+[A-Z0-9_]+)/.exec(this.command);
    if (line === this.command) kind = "echo";
    else if (FINALS.test(line)) {
      kind = /ERROR|FAIL/.test(line) ? "error" : line === "ready" ? "report" : "final";
      if (kind === "error") this.promised = 0;
      if (line === "ready") this.stream = false;
    } else if (BUSY.test(line) || /^ERR CODE/.test(line)) {
      kind = "error";
      this.promised = 0;
    } else if (name && line.startsWith(name[1])) kind = "answer";
    else if (/^Recv \d+ bytes/.test(line)) kind = "answer";
    else if (/[^\x20-\x7e\t\x80-\xff]/.test(line)) kind = "noise";
    else if (!/^(\+|\d,|WIFI|CONNECT|CLOSED|ready)/.test(line)) kind = "text";
    this.put(t, "rx", kind, line);
  }
}
