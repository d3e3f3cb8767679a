// Traces as files: the project's transcript format, and the lines of JSON that espat's Tap writes.

function entry(one) {
  return one && (one.dir === "tx" || one.dir === "rx") && typeof one.data === "string";
}

// {title, timed, log: [[t, dir, data], ...]}; an Error says what is wrong.
export function read(text, name) {
  let whole = null;
  try {
    whole = JSON.parse(text);
  } catch {
    const lines = text.split("\n").filter((line) => line.trim());
    try {
      whole = { id: name, log: lines.map((line) => JSON.parse(line)) };
    } catch {
      throw new Error("This file is neither a transcript nor a recording of espat's Tap.");
    }
  }
  const log = Array.isArray(whole) ? whole : whole && whole.log;
  if (!Array.isArray(log) || !log.every(entry)) throw new Error("This file holds no log of tx and rx.");
  const timed = log.length > 0 && log.every((one) => Number.isFinite(one.ms));
  return {
    title: [whole.id || name, whole.firmware, whole.topic].filter((one) => typeof one === "string").join(" · "),
    timed,
    log: log.map((one, place) => [timed ? one.ms / 1000 : place / 10, one.dir, one.data]),
  };
}
