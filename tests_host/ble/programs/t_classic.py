"""Classic Bluetooth: being found and finding, pairing with all kinds of phones, audio both ways."""

TIMEOUT = 150

import air
from air import ask, modem
from espat.ble import a2dp, at_btspp, at_classic, classic
from play import fails

phone = air.Phone({"name": "realme V11 5G"})
at_classic.init(modem)


def text(address):
    return ":".join(["%02x" % x for x in address])


def listen():
    """Be there for phones that pair."""
    if not at_btspp.started(modem):
        at_btspp.init(modem, 2)
        at_btspp.start(modem)
    at_classic.visible(modem, True, True)


def test_find_others():
    hidden = air.Phone({"name": "dark"})
    hidden.do("hide")
    seen = []
    count = at_classic.discover(modem, 4, each=seen.append)
    assert count == len(seen) > 0
    assert [text(phone.address), "realme V11 5G", 2, 3, 0x2D0] in [row[:5] for row in seen], seen
    assert text(hidden.address) not in [row[0] for row in seen]
    assert len(at_classic.discover(modem, 10, 2)) == 2


def test_names_full_of_commands():
    """A name goes raw into a line of the module's: what it says there is nobody's report."""
    for name in ('OK', '"+BTSPPCONN:0,"x', "ERROR,,,+BTDATA:5,", "> ready"):
        other = air.Phone({"name": name})
        seen = []
        at_classic.discover(modem, 4, each=seen.append)
        assert name in [row[1] for row in seen if row[0] == text(other.address)], (name, seen)
        other.do("hide")
        at_classic.set_name(modem, name.replace('"', ""))
        assert at_classic.name(modem) == name.replace('"', "")
    assert modem.run(b"+CWMODE?")


def pair(other, io):
    """(what went wrong, the questions that were asked), with a program that answers in its own time."""
    questions = []
    asked = []
    pairing = classic.Pairing(modem, io, None, lambda *question: questions.append(question))
    link = other.do("classic_connect")
    future = ask("secure", other.handle, link)
    while not ask("done", future):
        if questions:
            kind, address, key = questions.pop(0)
            assert address in (text(other.address), None), address
            asked.append(kind)
            if kind == "key":
                at_classic.reply_key(modem, other.do("shown"))
            elif kind == "show":
                other.do("user", key)
            else:
                at_classic.confirm(modem, other.do("shown") == key)
    pairing.close()
    return ask("outcome", future), asked, link


def test_pairing_with_every_capability():
    listen()
    for io in range(4):
        for capability in (0, 1, 2, 3):
            if (io, capability) == (2, 2):
                continue  # two keyboards: both users make something up
            other = air.Phone(None, capability)
            error, asked, link = pair(other, io)
            assert error is None, (io, capability, error)
            assert 3 not in (io, capability) or not set(asked) - {"show"}, (io, capability, asked)
            who = text(other.address)
            air.until(lambda who=who: who in [row[1] for row in at_classic.bonded(modem)])
            ask("disconnect", other.handle, link)
            at_classic.forget(modem)
    assert at_classic.bonded(modem) == []


def test_the_user_says_no():
    listen()
    other = air.Phone(None, 1)
    pairing = classic.Pairing(modem, classic.DISPLAY_YES_NO, ask=lambda kind, address, key: False)
    future = ask("secure", other.handle, other.do("classic_connect"))
    assert ask("outcome", future)
    assert at_classic.bonded(modem) == []
    pairing.close()


def test_old_phones_and_pins():
    listen()
    for pin, given, good in (("9527", None, True), ("1111", None, False), (None, "9527", True), (None, "0000", False)):
        other = air.Phone({"ssp": False})
        ask("user", other.handle, None, True, "9527")
        asked = []

        def user(kind, address, key, given=given, asked=asked):
            asked.append(kind)
            return given

        pairing = classic.Pairing(modem, classic.NOTHING, pin, user)
        future = ask("secure", other.handle, other.do("classic_connect"))
        assert (ask("outcome", future) is None) == good, (pin, given)
        assert asked == ([] if pin else ["pin"])
        at_classic.forget(modem)
        pairing.close()


def test_an_answer_later():
    """The handler does not know yet; the program answers when it does."""
    listen()
    other = air.Phone(None, 1)
    asked = []
    pairing = classic.Pairing(modem, classic.KEYBOARD, ask=lambda kind, address, key: asked.append(kind))
    future = ask("secure", other.handle, other.do("classic_connect"))
    air.until(lambda: asked == ["key"])
    at_classic.reply_key(modem, ask("shown", other.handle))
    assert ask("outcome", future) is None
    at_classic.forget(modem)
    pairing.close()


def test_loudspeaker():
    sink = a2dp.Sink(modem, "espat speaker")
    stream = phone.do("play_to")
    assert sink.wait(5) == text(phone.address)
    ask("start", stream)
    air.until(lambda: ask("heard") > 3)
    sink.play()
    sink.next()
    sink.previous()
    sink.fast_forward()
    sink.fast_forward(False)
    sink.stop()
    assert ask("remote_keys", stream) == ["PLAY", "FORWARD", "BACKWARD", "FAST_FORWARD", "STOP"]
    sink.disconnect()
    air.until(lambda: sink.peer is None)
    fails(110, sink.wait, 0.1)
    sink.close()


def test_play_to_a_loudspeaker():
    speaker = phone.do("loudspeaker")
    source = a2dp.Source(modem)
    fails(5, source.play)
    fails(5, source.connect, "01:02:03:04:05:06")
    assert source.connect(text(phone.address)) == text(phone.address)
    source.play("http://example.com/music.mp3")
    air.until(lambda: ask("packets", speaker) > 5)
    source.suspend()
    source.play()
    source.stop()
    source.disconnect()
    air.until(lambda: source.peer is None)
    source.close()
