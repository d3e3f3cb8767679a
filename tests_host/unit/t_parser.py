"""The parser: every case whole, byte by byte and cut at every offset, each with a tail that must stay."""

from checks import raises
from espat.counted import Counted
from espat.parser import Parser

PROMPT = ("prompt",)


class Owner:
    """Collects events; pieces of one block are joined, for where they are cut is not its business."""

    def __init__(self):
        self.events = []

    def on_line(self, buf, a, b):
        self.events.append(bytes(buf[a:b]))

    def on_prompt(self):
        self.events.append(PROMPT)

    def on_cut(self, n):
        self.events.append(n)

    def block(self, name):
        return _Block(self, name)

    def sink(self, buf, off, n):
        self.add("raw", bytes(buf[off : off + n]))

    def add(self, name, data):
        last = self.events[-1] if self.events else None
        if isinstance(last, list) and last[0] == name and len(last) == 2:
            last[1] += data
        else:
            self.events.append([name, data])


class _Block:
    """sink and end of a block that tells its owner."""

    def __init__(self, owner, name):
        self.owner = owner
        self.name = name

    def data(self, buf, off, n):
        self.owner.add(self.name, bytes(buf[off : off + n]))

    def end(self):
        if not self.owner.events or self.owner.events[-1][:1] != [self.name]:
            self.owner.add(self.name, b"")
        self.owner.events[-1].append("end")


def make(*heads, prompt=False, line=320):
    """A parser with an Owner; heads: (prefix, size_at, fields) of counted blocks."""
    owner = Owner()
    p = Parser(owner, line)
    p.prompt = prompt
    for prefix, size_at, fields in heads:
        block = owner.block(prefix)
        c = Counted(prefix, size_at, fields, block.data)
        c.end = block.end
        p.register(c)
    return p


def pending(p):
    """Bytes of an unfinished line."""
    return bytes(p._line[: p._len])


def feed(p, *pieces):
    for piece in pieces:
        p.feed(piece, len(piece))
        assert p._at == p.n
    return p.owner.events


def check(build, wire, events, tail=b"tail"):
    """wire must give events: whole, in bytes, in two pieces cut anywhere, and with a tail that stays."""
    assert feed(build(), wire) == events, feed(build(), wire)
    got = feed(build(), *[wire[i : i + 1] for i in range(len(wire))])
    assert got == events, got
    for i in range(1, len(wire)):
        got = feed(build(), wire[:i], wire[i:])
        assert got == events, (i, got)
    if tail:
        p = build()
        assert feed(p, wire + tail) == events
        assert pending(p) == tail
        p = build()
        feed(p, wire)
        assert feed(p, *[tail[i : i + 1] for i in range(len(tail))]) == events
        assert pending(p) == tail


DATA = (b"+CIPRECVDATA:", 0, 1)
MQTT = (b"+MQTTSUBRECV:", 2, 3)
WRITE = (b"+WRITE:", 4, 5)


def test_lines():
    check(make, b"\r\nOK\r\n", [b"OK"])
    check(make, b"one\r\ntwo\r\n\r\nOK\r\n", [b"one", b"two", b"OK"])
    check(make, b"value\r\nOK\r\n", [b"value", b"OK"])


def test_line_ends_of_all_kinds():
    check(make, b"a\nb\r\nc\r\r\nd\r\r\r\n", [b"a", b"b", b"c", b"d"])


def test_a_lone_cr_ends_nothing():
    check(make, b"AT+X\rAT+Y\r\n", [b"AT+X\rAT+Y"])


def test_empty_lines_are_nothing():
    check(make, b"\r\n\r\n\n\n\r\r\n", [])
    check(make, b"\r\n  \r\nx\r\n", [b"x"])


def test_nul_bytes():
    check(make, b"\0\0AT\r\n\r\nOK\r\n", [b"AT", b"OK"])
    check(make, b"+HTTPGETSIZE:204792\0\r\n", [b"+HTTPGETSIZE:204792"])
    check(make, b"\0\r\n\0\0", [], tail=b"")


def test_prompt_is_one_byte():
    awaited = lambda: make(prompt=True)  # noqa: E731
    check(awaited, b"\r\nOK\r\n\r\n>", [b"OK", PROMPT])
    check(awaited, b">", [PROMPT])
    check(awaited, b"\r\nOK\r\n> ", [b"OK", PROMPT])
    check(awaited, b"\r\nOK\r\n> \r\nRecv 5 bytes\r\n", [b"OK", PROMPT, b"Recv 5 bytes"])


def test_only_one_prompt_is_awaited():
    check(lambda: make(prompt=True), b">>x\r\n", [PROMPT, b">x"])
    check(make, b">x\r\n", [b">x"])


def test_no_prompt_inside_a_line():
    p = make(prompt=True)
    assert feed(p, b"a>b\r\n", b"a", b">\r\n") == [b"a>b", b"a>"]
    assert p.prompt


def test_block_after_the_prompt():
    check(lambda: make(DATA, prompt=True), b"\r\nOK\r\n\r\n>+CIPRECVDATA:3,abc\r\n",
          [b"OK", PROMPT, [DATA[0], b"abc", "end"]])  # fmt: skip


def test_prompt_right_after_a_block():
    check(lambda: make(DATA, prompt=True), b"+CIPRECVDATA:3,abc>", [[DATA[0], b"abc", "end"], PROMPT])


def test_block():
    check(lambda: make(DATA), b"+CIPRECVDATA:5,hello\r\nOK\r\n", [[DATA[0], b"hello", "end"], b"OK"])


def test_block_bytes_mean_nothing():
    inside = b"\r\nOK\r\n>\0+CIPRECVDATA:9,\nready\r\n"
    wire = b"+CIPRECVDATA:%d,%s\r\nOK\r\n" % (len(inside), inside)
    check(lambda: make(DATA, prompt=True), wire, [[DATA[0], inside, "end"], b"OK"])


def test_nothing_need_follow_a_block():
    check(lambda: make(DATA), b"+CIPRECVDATA:2,ab0,CLOSED\r\n", [[DATA[0], b"ab", "end"], b"0,CLOSED"])
    check(lambda: make(DATA), b"+CIPRECVDATA:1,a+CIPRECVDATA:1,bOK\n",
          [[DATA[0], b"a", "end"], [DATA[0], b"b", "end"], b"OK"])  # fmt: skip


def test_empty_block():
    check(lambda: make(DATA), b"+CIPRECVDATA:0,\r\nOK\r\n", [[DATA[0], b"", "end"], b"OK"])


def test_fields_of_a_head():
    check(lambda: make(MQTT), b'+MQTTSUBRECV:0,"t",2,hi', [[MQTT[0], b"hi", "end"]])
    check(lambda: make(WRITE), b"+WRITE:0,1,2,,3,\r\n\0x\r\n", [[WRITE[0], b"\r\n\0", "end"], b"x"])


def test_quoted_field_with_commas():
    for topic in (b"a,b", b",", b"a,5,b", b'say "hi"', b",,,", b""):
        check(lambda: make(MQTT), b'+MQTTSUBRECV:0,"%s",2,hi' % topic, [[MQTT[0], b"hi", "end"]])


def test_what_only_looks_like_a_head():
    check(lambda: make(DATA), b"+CIPRECVDATA:x,abc\r\n", [b"+CIPRECVDATA:x,abc"])
    check(lambda: make(DATA), b"+CIPRECVDATA:-1,abc\r\n", [b"+CIPRECVDATA:-1,abc"])
    check(lambda: make(DATA), b"+CIPRECVDATA:,abc\r\n", [b"+CIPRECVDATA:,abc"])
    check(lambda: make(DATA), b"+CIPRECVDATA:12345678901,a\r\n", [b"+CIPRECVDATA:12345678901,a"])
    check(lambda: make(DATA), b"+CIPRECVDATA:5\r\nhello,\r\n", [b"+CIPRECVDATA:5", b"hello,"])
    check(lambda: make(DATA), b"+CIPRECVLEN:1,2\r\n", [b"+CIPRECVLEN:1,2"])
    check(lambda: make(DATA), b"x+CIPRECVDATA:3,abc\r\n", [b"x+CIPRECVDATA:3,abc"])


def test_prefix_alone_is_a_line():
    check(lambda: make(DATA), b"+CIPRECVDATA:\r\nOK\r\n", [b"+CIPRECVDATA:", b"OK"])


def test_two_heads_of_one_prefix():
    # the second is tried when the first says that it is none
    build = lambda: make((b"+FS:", 1, 2), (b"+FS:", 0, 1))  # noqa: E731
    p = build()
    assert feed(p, b"+FS:a,2,hi") == [[b"+FS:", b"hi", "end"]]


def test_unregister():
    p = make(DATA)
    p.unregister(p._counted[0])
    assert feed(p, b"+CIPRECVDATA:5,hello\r\n") == [b"+CIPRECVDATA:5,hello"]


def test_long_lines_are_cut_and_the_loss_is_told():
    build = lambda: make(line=16)  # noqa: E731
    check(build, b"0123456789abcdef\n", [b"0123456789abcdef"])
    check(build, b"0123456789abcdefXY\nOK\r\n", [2, b"0123456789abcdef", b"OK"])
    check(build, b"0123456789abcde\r\n", [b"0123456789abcde"])
    check(build, b"x" * 100 + b"\r\nOK\r\n", [85, b"x" * 16, b"OK"])


def test_long_line_with_a_plus():
    build = lambda: make(DATA, line=16)  # noqa: E731
    check(build, b"+CIPSTATUS:0,1,2,3,4,5,6\nOK\n", [8, b"+CIPSTATUS:0,1,2", b"OK"])
    check(build, b"+CIPRECVDATA:3,abc", [[DATA[0], b"abc", "end"]])


def test_endless_line_takes_no_memory():
    p = make(line=64)
    for _ in range(1000):
        feed(p, b"x" * 50)
    assert len(pending(p)) == 64
    assert feed(p, b"\r\nOK\r\n") == [50000 - 64 + 1, b"x" * 64, b"OK"]


def test_passthrough():
    p = make(DATA, prompt=True)
    p.raw = p.owner.sink
    assert feed(p, b"\r\nOK\r\n>", b"+CIPRECVDATA:1,x") == [["raw", b"\r\nOK\r\n>+CIPRECVDATA:1,x"]]
    p.raw = None
    assert feed(p, b"\r\nOK\r\n")[1:] == [b"OK"]


def test_drop_gives_up_a_block():
    p = make(DATA)
    feed(p, b"+CIPRECVDATA:500,short")
    assert p.left == 495
    p.drop()
    assert feed(p, b"\r\nOK\r\n")[1:] == [495, b"OK"]


def test_drop_tells_the_blocks_owner():
    p = make(DATA)
    torn = []
    p._counted[0].torn = torn.append
    feed(p, b"+CIPRECVDATA:500,short")
    p.drop()
    assert torn == [495] and p.owner.events[-1] == 495


def _breaks(p, at):
    # a callback that is interrupted the first time it is called
    def interrupted(*args):
        setattr(where, at, kept)
        raise KeyboardInterrupt

    where = p.owner if hasattr(p.owner, at) else p._counted[0]
    kept = getattr(where, at)
    setattr(where, at, interrupted)


def test_an_interrupted_event_comes_again():
    wire = b"+CIPRECVDATA:3,abcone\r\n>two\r\n+CIPRECVDATA:0,three\r\n"
    for at in ("data", "on_line", "on_prompt"):
        p = make(DATA, prompt=True)
        _breaks(p, at)
        raises(KeyboardInterrupt, p.feed, wire, len(wire))
        assert p._at < p.n
        p.run()
        assert p._at == p.n and not pending(p)
        whole = [[DATA[0], b"abc", "end"], b"one", PROMPT, b"two", [DATA[0], b"", "end"], b"three"]
        assert p.owner.events == whole, (at, p.owner.events)


def test_an_interrupted_end_is_not_repeated():
    for wire in (b"+CIPRECVDATA:0,one\r\n", b"+CIPRECVDATA:1,xone\r\n"):
        p = make(DATA)
        p._counted[0].data = lambda buf, off, n: None
        _breaks(p, "end")
        raises(KeyboardInterrupt, p.feed, wire, len(wire))
        p.run()
        assert p.owner.events == [b"one"] and p.block is None


def test_feed_reads_only_what_it_is_given():
    p = make()
    p.feed(bytearray(b"one\r\nnoise\r\n"), 5)
    assert p.owner.events == [b"one"] and not pending(p)
