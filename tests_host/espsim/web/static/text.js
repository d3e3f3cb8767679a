// How bytes (one character each) are shown.

export function escaped(text, most = 400) {
  let out = "";
  const end = Math.min(text.length, most);
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) out += "\\\\";
    else if (code >= 32 && code < 127) out += text[i];
    else if (code === 13) out += "\\r";
    else if (code === 10) out += "\\n";
    else if (code === 9) out += "\\t";
    else out += "\\x" + code.toString(16).padStart(2, "0");
  }
  return out + (text.length > most ? "…" : "");
}

// Words of other languages are UTF-8: shown as such where all of it is printable.
export function readable(text, most) {
  if (!/[\x80-\xff]/.test(text)) return escaped(text, most);
  try {
    const bytes = Uint8Array.from(text.slice(0, most), (c) => c.charCodeAt(0));
    const words = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(words) ? escaped(text, most) : words;
  } catch {
    return escaped(text, most);
  }
}

export function hexdump(text, most = 4096) {
  const lines = [];
  for (let at = 0; at < Math.min(text.length, most); at += 16) {
    const row = text.slice(at, at + 16);
    const hex = Array.from(row, (c) => c.charCodeAt(0).toString(16).padStart(2, "0"));
    const left = hex.slice(0, 8).join(" ").padEnd(23) + "  " + hex.slice(8).join(" ").padEnd(23);
    lines.push(at.toString(16).padStart(6, "0") + "  " + left + "  " + row.replace(/[^\x20-\x7e]/g, "·"));
  }
  if (text.length > most) lines.push(`… ${text.length - most} more`);
  return lines.join("\n");
}

export function amount(bytes) {
  if (bytes < 1000) return bytes + " B";
  if (bytes < 999500) return (bytes / 1000).toFixed(bytes < 9950 ? 2 : 1) + " kB";
  return (bytes / 1e6).toFixed(2) + " MB";
}

export function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return (minutes ? minutes + ":" + (seconds - 60 * minutes).toFixed(3).padStart(6, "0") : seconds.toFixed(3));
}

// An element; text is always text, never HTML.
export function make(tag, className = "", text = "", more = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== "") node.textContent = text;
  for (const [name, value] of Object.entries(more)) node.setAttribute(name, value);
  return node;
}
