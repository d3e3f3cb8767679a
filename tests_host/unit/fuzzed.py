"""What the coverage-guided fuzzer (tests_host/fuzz) feeds, and t_corpus.py replays, on every interpreter.

Each target takes any bytes. The first ones choose what is under way and how the rest is cut; what must hold is asserted.
"""

from espat import answers, args
import outcomes as eng
from espat.errors import AtError
from t_fuzz import STARTS, Answers, World


def parser(data):
    """Parser and engine: cutting changes nothing, nothing is left over, and a proper exchange works afterwards."""
    if len(data) < 4:
        return
    whole = World()
    cut = World()
    start, written, size, drop = data[0], data[1], 1 + data[2] % 23, data[3] & 1
    if start < 200:
        for world in (whole, cut):
            world.start(*STARTS[start % len(STARTS)])
            if written & 1:
                world.engine.tx_n = 0
    stream = data[4:]
    whole.feed(stream)
    for at in range(0, len(stream), size):
        cut.feed(stream[at : at + size])
    whole.check()
    cut.check()
    assert whole.state() == cut.state(), (whole.state(), cut.state())
    assert len(whole.events) <= 2 * len(stream) + 4
    for world in (whole, cut):
        world.settle(drop)
        world.clean()


class Slow(Answers):
    """A port whose waits are long: fewer of them."""

    def wait(self, ms):
        super().wait(25)


def runner(data):
    """One command is answered with this, everything else properly: an answer or an AtError in time, then it works."""
    if len(data) < 2:
        return
    cmd, payload, end = STARTS[data[0] % len(STARTS)]
    port = Slow(data[1:])
    at = port.at()
    at.probe = b"AT+UART_CUR?\r\n"
    try:
        at.run(cmd[2:-2], timeout=500, data=payload, end=end)
    except AtError:
        pass
    assert port.now <= 630
    while port.now < 4500:
        at.wait()
    at.step()
    assert at.run(b"+CWMODE?", timeout=500) == [b"+CWMODE:1"]
    assert at.engine.phase == eng.IDLE and not at.parser.block


def fields(data):
    """Splitting gives values or a ValueError; what is quoted is one parameter in one line, and comes back as it was."""
    for field in answers.split(data):
        assert field is None or isinstance(field, (int, bytes))
    try:
        assert len(answers.ends(data, 1, 2)) == 4
    except ValueError:
        assert data.count(b",") < 3
    assert -1 <= args.number(data, 0, len(data)) <= 999999999
    try:
        text = args.join(b"+X", 1, data, None, 2)
    except ValueError:
        assert len(data) > 120 or b"\r" in data or b"\n" in data or b"\0" in data
        return
    assert text[:6] == b'+X=1,"' and text[-4:] == b'",,2' and len(text) <= 252
    assert unquoted(text[6:-4]) == data


def unquoted(text):
    """What the module makes of the inside of a quoted parameter; AssertionError when it ends early."""
    out = bytearray()
    at = 0
    while at < len(text):
        c = text[at]
        assert c not in b'\r\n\0",', text
        if c == 92:
            at += 1
            c = text[at]
        out.append(c)
        at += 1
    return bytes(out)


TARGETS = {"parser": parser, "runner": runner, "fields": fields}
