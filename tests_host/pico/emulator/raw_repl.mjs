// MicroPython's raw REPL over the USB console: runs source text and hands back what it printed and its traceback.
const END = 4; // Ctrl-D: ends the source we type, the output, and the traceback
const GREETING = 'raw REPL; CTRL-B to exit\r\n>';
const BOOT_LIMIT = 20e9; // ns; the first start formats the file system
const CHUNK = 768; // bytes of a file in one statement

export class RawRepl {
  constructor(board, runner) {
    this.board = board;
    this.runner = runner;
    this.seen = Buffer.alloc(0);
    this.onOutput = null; // (Buffer): what the script now running prints, as it comes
    board.onConsole = (bytes) => { this.seen = Buffer.concat([this.seen, bytes]); };
  }

  async enter() {
    await this.runner.until(() => this.board.console.connected || undefined, BOOT_LIMIT);
    this.board.console.type([13]);
    await this.take('>>> ', BOOT_LIMIT);
    this.board.console.type([1]); // Ctrl-A
    await this.take(GREETING, BOOT_LIMIT);
  }

  /** What comes before `end`, taken away together with it. */
  take(end, limit) {
    return this.runner.until(() => {
      const at = this.seen.indexOf(end);
      if (at < 0) return undefined;
      const before = this.seen.subarray(0, at);
      this.seen = this.seen.subarray(at + end.length);
      return before;
    }, limit);
  }

  /** Run the source (a Buffer or string). Returns { output, error }, both strings. limit: ns of simulated time. */
  async run(source, limit) {
    this.board.console.type(Buffer.concat([Buffer.from(source), Buffer.from([END])]));
    await this.take('OK', limit);
    const output = await this.runner.until(() => this.output(), limit);
    const error = await this.take('\x04>', limit);
    return { output: output.toString(), error: error.toString() };
  }

  output() {
    const end = this.seen.indexOf(END);
    const upTo = end < 0 ? this.seen.length : end;
    this.pieces = this.pieces || [];
    if (upTo > 0) {
      const piece = this.seen.subarray(0, upTo);
      this.pieces.push(piece);
      if (this.onOutput) this.onOutput(piece);
    }
    this.seen = this.seen.subarray(end < 0 ? upTo : upTo + 1);
    if (end < 0) return undefined;
    const all = Buffer.concat(this.pieces);
    this.pieces = [];
    return all;
  }

  /** Write a file on the board, making the folders of its path. */
  async put(path, data, limit) {
    const folders = path.split('/').slice(1, -1).map((_, i, all) => '/' + all.slice(0, i + 1).join('/'));
    await this.must(
      `import os\nfrom binascii import a2b_base64 as _b\nfor _d in ${JSON.stringify(folders)}:\n` +
      ` try: os.mkdir(_d)\n except OSError: pass\n_f=open(${JSON.stringify(path)},'wb')`, limit);
    for (let at = 0; at < data.length; at += CHUNK) {
      await this.must(`_f.write(_b(b'${data.subarray(at, at + CHUNK).toString('base64')}'))`, limit);
    }
    await this.must('_f.close()\ndel _f,_b,_d,os\nimport gc\ngc.collect()\ndel gc', limit);
  }

  async must(source, limit) {
    const { error } = await this.run(source, limit);
    if (error) throw new Error(error.trim().split('\n').pop());
  }
}
