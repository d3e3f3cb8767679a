"""Parameters out, fields in."""

from checks import nogc, raises
from espat import answers, args


def test_quote_escapes_what_the_module_unescapes():
    assert args.quote('a"b,c\\d') == b'"a\\"b\\,c\\\\d"'
    assert args.quote(b"plain") == b'"plain"'
    assert args.quote("") == b'""'
    assert args.quote("\u00e9\u20ac") == b'"\xc3\xa9\xe2\x82\xac"'


def test_quote_every_other_byte_as_it_is():
    for c in range(1, 256):
        if c not in b'\r\n",\\':
            assert args.quote(bytes([c])) == b'"' + bytes([c]) + b'"'


def test_quote_refuses_line_ends():
    for text in ("\r", "a\nb", b"\0"):
        raises(ValueError, args.quote, text)


def test_quote_errors_do_not_show_the_text():
    assert "hunter2" not in str(raises(ValueError, args.quote, "hunter2\r"))


def test_join():
    assert args.join(b"+CWMODE", 1) == b"+CWMODE=1"
    assert args.join(b"+CWJAP", "a,b", b"p\\") == b'+CWJAP="a\\,b","p\\\\"'
    assert args.join(b"+X", -5, 0) == b"+X=-5,0"
    assert args.join(b"+X", True, False) == b"+X=1,0"


def test_join_leaves_out():
    assert args.join(b"+X", 1, None, "a", None, None) == b'+X=1,,"a"'
    assert args.join(b"+X", None, 2) == b"+X=,2"
    assert args.join(b"+X", None) == b"+X="


def test_join_knows_the_modules_limit():
    """256 bytes with AT in front and CR LF behind."""
    room = 256 - len(b'AT+X=""\r\n')
    assert len(b"AT" + args.join(b"+X", "a" * room) + b"\r\n") == 256
    raises(ValueError, args.join, b"+X", "a" * (room + 1))
    raises(ValueError, args.join, b"+X", "," * (room // 2 + 1))
    e = raises(ValueError, args.join, b"+X", "hunter2" * 60)
    assert "hunter2" not in str(e)


def test_digits():
    for n in (0, 1, 9, 10, 99, 100, 2920, 8192, 65535, 999999999, 2147483647):
        buf = bytearray(b"." * 14)
        end = args.digits(buf, 2, n)
        assert bytes(buf[2:end]) == b"%d" % n and bytes(buf[:2] + buf[end:]) == b"." * (14 - len(str(n)))


def test_number():
    for text, n in ((b"0", 0), (b"007", 7), (b"999999999", 999999999), (b"2920", 2920)):
        assert args.number(b"x" + text + b"x", 1, 1 + len(text)) == n
    for text in (b"", b"-1", b"1 ", b" 1", b"1.5", b"0x1", b"a", b"1000000000", b"1/", b"1:"):
        assert args.number(text, 0, len(text)) == -1, text


def test_number_and_digits_allocate_nothing():
    buf = bytearray(b"+IPD,4,2920:....")
    nogc(lambda: args.number(buf, 7, 11) + args.digits(buf, 7, 1460))


def test_value():
    for field, v in (
        (b"12", 12), (b"-1", -1), (b"0x1F", 31), (b"0X1f", 31), (b"", None), (b'"text"', b"text"), (b'""', b""),
        (b'"12"', b"12"), (b'"', b'"'), (b'"cut', b'"cut'), (b'a"b', b'a"b'), (b"1.2.3.4", b"1.2.3.4"), (b"0x", b"0x"),
        (b"12:34:56:78:9a:bc", b"12:34:56:78:9a:bc"), (b"0303f3fe", b"0303f3fe"), (b"true", b"true"), (b"1e5", b"1e5"),
    ):  # fmt: skip
        assert answers.value(field) == v, field


def test_value_of_strange_bytes():
    for c in range(256):
        answers.value(bytes([c]))
        answers.value(b"\xff" + bytes([c]) + b"1")


def test_split():
    line = b'+CIPSTATUS:0,"TCP","10.0.0.2",80,5000,0'
    assert answers.split(line) == [0, b"TCP", b"10.0.0.2", 80, 5000, 0]
    assert answers.split(b'+CIPSTATE:4,"UDP","a,b",,1') == [4, b"UDP", b"a,b", None, 1]
    assert answers.split(b"+CIPRECVLEN:-1,0,,7,") == [-1, 0, None, 7, None]
    assert answers.split(b"+X:") == [None]
    assert answers.split(b"no colon,2") == [b"no colon", 2]


def test_split_behind_an_offset():
    assert answers.split(b'+CWLAP:(3,"a:b",-5', 8) == [3, b"a:b", -5]


def test_split_quotes_inside_text():
    assert answers.split(b'+X:"say "hi" twice",2') == [b'say "hi" twice', 2]
    assert answers.split(b'+X:"","",""') == [b"", b"", b""]
    assert answers.split(b'+X:"open,2') == [b'"open,2']


def test_ends():
    """An SSID with everything in it that the module does not escape."""
    for ssid in (b"plain", b'POT",-AL00a', b'POT-",AL00a', b",", b'","', b"", b'a",-53,"b'):
        line = b'3,"%s",-53,"80:56:00:00:00:01",1' % ssid
        assert answers.ends(line, 1, 3) == [3, ssid, -53, b"80:56:00:00:00:01", 1], ssid


def test_ends_without_a_side():
    assert answers.ends(b'"a,b",1', 0, 1) == [b"a,b", 1]
    assert answers.ends(b'1,"a,b"', 1, 0) == [1, b"a,b"]
    assert answers.ends(b'"a,b"', 0, 0) == [b"a,b"]


def test_ends_wants_enough_fields():
    for line in (b"", b"1", b'3,"x",-53'):
        raises(ValueError, answers.ends, line, 1, 3)


def test_there_and_back():
    """What the module unescapes and answers raw is what was meant."""
    for text in ("caf\u00e9", "a,b", 'a"b', "a\\b", '\\",', "x" * 32):
        sent = args.quote(text)
        out = bytearray()
        i = 1
        while i < len(sent) - 1:
            i += sent[i] == 92
            out.append(sent[i])
            i += 1
        assert answers.ends(b'1,"%s",2' % bytes(out), 1, 1)[1] == text.encode()
