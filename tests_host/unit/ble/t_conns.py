"""The table of connections and the queue of events: what reports become, and when programs hear of it."""

from calls import text
from checks import ON_MICROPYTHON, allocated, nogc, raises
from radio import ADDR, BLUEDROID, NIMBLE, OK, RANDOM, Radio


def test_come_and_gone():
    r = Radio(NIMBLE)
    r.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n')
    r.say(b'+BLECONN:1,"fa:7f:24:87:1c:7b"\r\n')
    assert r.take() == [(1, (0, 0, ADDR)), (1, (1, 1, RANDOM))]
    r.say(b'+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n')
    assert r.take() == [(2, (0, 0, ADDR))]
    assert r.conns.table[1] and not r.conns.table[0]
    raises(OSError, r.conns.get, 0)


def test_told_twice_or_replaced_without_a_word():
    r = Radio(NIMBLE)
    r.connect()
    r.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n')
    assert r.take() == []
    r.say(b'+BLECONN:0,"fa:7f:24:87:1c:7b"\r\n')
    assert r.take() == [(2, (0, 0, ADDR)), (1, (0, 1, RANDOM))]


def test_values():
    r = Radio(NIMBLE)
    r.connect()
    awkward = b"\r\nOK\r\n+BLEDISCONN:0,\"a\"\r\n>\0\xff"
    r.say(b"+NOTIFY:0,3,6,4,1234+INDICATE:0,3,7,%d,%s\r\n+NOTIFY:0,63,63,0,\r\n" % (len(awkward), awkward))
    here = 3 << 10 | 6 << 4
    assert r.take() == [(18, (0, here, b"1234")), (19, (0, here + 16, awkward)), (18, (0, 63 << 10 | 63 << 4, b""))]
    r.done()


def test_values_cut_anywhere():
    stream = b"\r\n+NOTIFY:0,3,6,4,1\r\n4\r\n+WRITE:0,1,6,,2,\r\n\r\n+INDICATE:0,1,1,1,x\r\n"
    for cut in range(len(stream)):
        r = Radio(NIMBLE)
        r.connect()
        written = []
        r.conns.written = lambda *data, seen=written: seen.append(data) or True
        r.say(stream[:cut], 3, stream[cut:])
        assert r.take() == [(18, (0, 3168, b"1\r\n4")), (3, (0, 1120)), (19, (0, 1040, b"x"))], cut
        assert written == [(0, 1120, b"\r\n")]


def test_longest_value():
    r = Radio(NIMBLE)
    r.connect()
    r.say(b"+NOTIFY:0,1,1,517," + bytes(517))
    assert r.take() == [(18, (0, 1040, bytes(517)))]
    r.say(b"+NOTIFY:0,1,1,518," + bytes(518))
    assert r.take() == [(255, (1,))]
    r.say(b"+NOTIFY:0,1,1,1,x")
    assert r.take() == [(18, (0, 1040, b"x"))]


def test_values_of_nobody_and_nonsense():
    r = Radio(NIMBLE)
    r.connect()
    for line in (b"+NOTIFY:1,1,1,1,x", b"+NOTIFY:7,1,1,1,x", b"+BLECONN:9,\"24:0a:c4:09:34:23\"",
                 b"+BLECONN:0,\"24:0a\"",
                 b"+BLECONN:0", b"+BLECONN:", b"+BLEDISCONN:x,\"\"",
                 b"+BLECFGMTU:0", b"+BLECFGMTU:0,x", b"+BLECONNPARAM:"):  # fmt: skip
        r.say(line + b"\r\n")
        assert r.take() == [(255, (1,))], line
    for line in (b"+NOTIFY:a,b\xff,1,1,1", b"+NOTIFY:", b"+BLEFUTURE:1,2", b"+BLE", b"+WRITE:0,1"):
        r.say(line + b"\r\n")
        assert r.take() == [], line
    r.port.expect(b"AT+X\r\n", OK)
    r.at.run(b"+X")
    r.done()


def test_numbers_that_no_handle_has_room_for():
    """They are never taken for another connection's, or another value's."""
    r = Radio(NIMBLE)
    r.connect(2)
    for line in (b'+BLEDISCONN:-1,"24:0a:c4:09:34:23"', b'+BLECONN:-1,"fa:7f:24:87:1c:7b"', b"+BLECFGMTU:-1,100",
                 b"+BLECFGMTU:2,100000", b"+NOTIFY:2,1,65,1,x", b"+NOTIFY:2,64,1,1,x", b"+NOTIFY:2,,1,1,x",
                 b"+INDICATE:2,1,,1,x", b"+WRITE:2,1,1,16,1,x"):  # fmt: skip
        r.say(line + b"\r\n")
        assert r.take() == [(255, (1,))], line
        assert r.conns.table[2].address == ADDR and r.conns.table[2].mtu == 23, line


def test_a_value_that_never_comes_whole():
    r = Radio(NIMBLE)
    r.connect()
    r.say(b"+NOTIFY:0,1,1,20,")
    assert r.take(2000) == [(255, (1,))]
    r.say(b"+NOTIFY:0,1,1,20,12345")
    assert r.take(2000) == [(255, (1,))]
    r.say(b"+NOTIFY:0,1,1,2,ab\r\n")
    assert r.take() == [(18, (0, 1040, b"ab"))]
    r.done()


def test_never_inside_the_call_that_caused_it():
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK),
              (b"AT+BLESCAN=1\r\n", b'+BLESCAN:"24:0a:c4:09:34:23",-29,02,,0\r\n' + OK))  # fmt: skip
    r.ble.gap_scan(0)
    assert r.events == []
    assert r.take() == [(5, (0, ADDR, 0, -29, b"\2"))]


def test_handlers_may_speak():
    """Even a handler that is called while a program waits for something else."""
    r = Radio(NIMBLE)
    r.port.expect(b"AT+X\r\n", OK)
    r.port.expect(b"AT+Y\r\n", OK)
    heard = []

    def handler(event, data):
        heard.append(event)
        r.at.run(b"+X" if event == 1 else b"+Y")

    r.ble.irq(handler)
    r.port.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n')
    while len(heard) < 2:
        r.at.wait()
    assert heard == [1, 2]
    r.done()


def test_nobody_is_told_while_a_call_waits():
    r = Radio(NIMBLE)
    r.port.expect(b"AT+X\r\n", (b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n', 50, OK))
    seen = []
    r.ble.irq(lambda event, data: seen.append(r.at.claims))
    r.at.run(b"+X")
    assert not seen
    r.run()
    assert seen == [0]


def test_a_handler_that_fails_is_shown_and_called_again():
    from espat.ble import trouble

    r = Radio(NIMBLE)
    count, shown = [], []

    def handler(event, data):
        count.append(event)
        raise ValueError("on purpose, %d" % event)

    show, trouble.show = trouble.show, shown.append
    r.ble.irq(handler)
    r.port.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n')
    try:
        r.run()
    finally:
        trouble.show = show
    assert count == [1, 2] and [str(error) for error in shown] == ["on purpose, 1", "on purpose, 2"]
    show(shown[0])  # prints it


def test_a_full_queue_is_told():
    r = Radio(NIMBLE)
    r.connect()
    r.at.claims += 1  # a call that waits
    for i in range(40):
        r.say(b"+NOTIFY:0,1,1,1,%c\r\n" % i)
    r.at.claims -= 1
    events = r.take()
    assert [data[2][0] for event, data in events if event == 18] == list(range(32))
    assert events[-1] == (255, (8,))


def test_a_ticker_strikes_while_a_handler_works():
    """What a slow handler has no time for waits in the line, not in the queue; but a handler that waits is served."""
    r = Radio(NIMBLE)
    r.connect()
    seen = []

    def handler(event, data):
        seen.append((event, data[-1]))
        for _ in range(5):
            r.at.step()  # the ticker

    r.ble.irq(handler)
    r.port.say(b"".join([b"+NOTIFY:0,1,1,1,%c" % i for i in range(200)]))
    r.run(50)
    assert seen == [(18, bytes([i])) for i in range(200)]
    answered = []

    def waits(event, data):
        if not answered:
            answered.append(0)
            r.port.say(b"+FOR-ME")
            r.port.say(b"\r\n")
            while len(answered) < 2:
                r.at.wait()

    r.at.on(b"+FOR-ME", lambda buf, a, b: answered.append(1))
    r.ble.irq(waits)
    r.port.say(b"".join([b"+NOTIFY:0,1,1,1,%c" % i for i in range(60)]))
    r.run(500)
    assert answered == [0, 1]


def test_advertisements_leave_room_for_others():
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=0,0,0,2048,18\r\n", OK), (b"AT+BLESCAN=1\r\n", OK))
    r.ble.gap_scan(0)
    r.at.claims += 1
    r.say(b'+BLESCAN:"24:0a:c4:09:34:23",-29,02,,0\r\n' * 40)
    r.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n+NOTIFY:0,1,1,1,x\r\n')
    r.at.claims -= 1
    assert [event for event, _ in r.take()] == [5] * 24 + [1, 18, 255]


def test_size_of_the_queue():
    r = Radio(NIMBLE)
    assert r.ble.config("rxbuf") == 512
    r.ble.config(rxbuf=1024)
    assert r.ble.config("rxbuf") == 1024 and len(r.conns.events) == 64
    r.ble.config(rxbuf=1)
    assert len(r.conns.events) == 16


def test_without_a_handler_nothing_piles_up():
    r = Radio(NIMBLE)
    r.ble.irq(None)
    for _ in range(50):
        r.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n+BLEDISCONN:0,"24:0a:c4:09:34:23"\r\n')
    r.ble.irq(r.note)
    assert r.take() == []


def test_a_notification_allocates_what_is_handed_out():
    """One bytes object and one tuple; nothing when there is no room for it."""
    r = Radio(NIMBLE)
    r.connect()
    line = bytearray(b"+NOTIFY:0,3,6,20,12345678901234567890")
    sized = []
    feed = r.at.parser.feed
    r.ble.irq(lambda event, data: None)

    def one():
        feed(line, len(line))

    for _ in range(3):
        one()
        sized.append(allocated(one))
    if ON_MICROPYTHON:
        sample = allocated(lambda: (0, 3168, bytes(line[17:37])))
        assert sized[-1] <= sample, (sized, sample)
    while r.conns._n < len(r.conns.events):
        one()
    r.conns.lost = 0
    r.conns.arrived = lambda event, n, handle, size: r.conns.ring.clear()
    nogc(one)


def test_mtu_and_parameters():
    r = Radio(NIMBLE)
    r.connect()
    r.say(b"+BLECFGMTU:0,203\r\n+BLECFGMTU:0,203\r\n+BLECFGMTU:0,-1\r\n+BLECFGMTU:2,100\r\n")
    assert r.take() == [(21, (0, 203))]
    assert r.conns.table[0].mtu == 203
    r.say(b"+BLECONNPARAM:0,12,14,12,1,500\r\n+BLECONNPARAM:0,24,24,0,400\r\n+BLECONNPARAM:0,-1\r\n")
    assert r.take() == [(27, (0, 12, 1, 500, 0)), (27, (0, 24, 0, 400, 0)), (27, (0, 0, 0, 0, 1))]


def test_a_restart_ends_everything_once():
    r = Radio(BLUEDROID)
    r.connect()
    r.connect(2, b"fa:7f:24:87:1c:7b")
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    r.say(b"\r\nready\r\n")
    assert r.take(200) == [(2, (0, 0, ADDR)), (2, (2, 1, RANDOM))]
    assert r.conns.table == [None] * 3
    r.done()


def test_a_command_of_another_is_no_obstacle():
    """Reports in the middle of an answer, glued to it, between prompt and data."""
    r = Radio(NIMBLE)
    r.connect()
    r.port.expect(b"AT+BLECONNPARAM?\r\n", text((b"+BLECONNPARAM:0,12,14,12,1,500", b"+NOTIFY:0,1,1,1,x", b"+BLECFGMTU:0,50")))
    assert r.at.run(b"+BLECONNPARAM?") == [b"+BLECONNPARAM:0,12,14,12,1,500"]
    assert [event for event, _ in r.take()] == [27, 18, 21]
    r.done()
