"""TLS settings of links: at_tls (guide 3.3.26 to 3.3.31)."""

from calls import bounds, check, refuse, secret, sizes
from espat.net import at_tls

ROWS = (
    (lambda at: at_tls.verify(at, None, 3, 0, 0), b"+CIPSSLCCONF=3,0,0", (), []),
    (lambda at: at_tls.verify(at, 4, 0), b"+CIPSSLCCONF=4,0", (), []),
    (lambda at: at_tls.verify(at, 5, 2, None, 1), b"+CIPSSLCCONF=5,2,,1", (), []),
    (lambda at: at_tls.verified(at), b"+CIPSSLCCONF?", (b"+CIPSSLCCONF:0,0,0,0", b"+CIPSSLCCONF:1,3,1,2"),
     [(0, 0, 0, 0), (1, 3, 1, 2)]),
    (lambda at: at_tls.common_name(at, None, "example.com"), b'+CIPSSLCCN="example.com"', (), []),
    (lambda at: at_tls.common_name(at, 0, ""), b'+CIPSSLCCN=0,""', (), []),
    (lambda at: at_tls.common_names(at), b"+CIPSSLCCN?", (b"+CIPSSLCCN:0,a,b", b'+CIPSSLCCN:1,"c"', b"+CIPSSLCCN:2,"),
     [(0, "a,b"), (1, "c"), (2, "")]),
    (lambda at: at_tls.sni(at, 1, "example.com"), b'+CIPSSLCSNI=1,"example.com"', (), []),
    (lambda at: at_tls.snis(at), b"+CIPSSLCSNI?", (b"+CIPSSLCSNI:0,example.com",), [(0, "example.com")]),
    (lambda at: at_tls.alpn(at, None, "h2", "http/1.1"), b'+CIPSSLCALPN=2,"h2","http/1.1"', (), []),
    (lambda at: at_tls.alpn(at, 2), b"+CIPSSLCALPN=2,0", (), []),
    (lambda at: at_tls.alpns(at), b"+CIPSSLCALPN?", (b"+CIPSSLCALPN:0,h2,http/1.1", b"+CIPSSLCALPN:1,,", b"+CIPSSLCALPN:2"),
     [(0, ["h2", "http/1.1"]), (1, []), (2, [])]),
    (lambda at: at_tls.psk(at, None, "psk", "myhint"), b'+CIPSSLCPSK="psk","myhint"', (), []),
    (lambda at: at_tls.psk(at, 0, b"psk", "myhint"), b'+CIPSSLCPSK=0,"psk","myhint"', (), []),
    (lambda at: at_tls.no_psk(at, 0), b'+CIPSSLCPSK=0,"",""', (), []),
    (lambda at: at_tls.psks(at), b"+CIPSSLCPSK?", (b"+CIPSSLCPSK:0,a,b,hint",), [(0, b"a,b", "hint")]),
    (lambda at: at_tls.psk_hex(at, None, b"psk", "myhint"), b'+CIPSSLCPSKHEX="70736b","myhint"', (), []),
    (lambda at: at_tls.psk_hex(at, 0, b"\0\xff", "h"), b'+CIPSSLCPSKHEX=0,"00ff","h"', (), []),
    (lambda at: at_tls.psks_hex(at), b"+CIPSSLCPSKHEX?", (b"+CIPSSLCPSKHEX:0,70736b,h",), [(0, b"70736b", "h")]),
    (lambda at: at_tls.cipher(at, 0, 0xC02B), b"+CIPSSLCCIPHER=0,49195", (), []),
    (lambda at: at_tls.ciphers(at), b"+CIPSSLCCIPHER?", (b"+CIPSSLCCIPHER:0,0xC02B",), [(0, 0xC02B)]),
    (lambda at: at_tls.buffer(at, 4096), b"+CIPSSLSIZE=4096", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_tls.verify(at, 0, 4), ValueError),
    (lambda at: at_tls.verify(at, 17, 0), ValueError),
    (lambda at: at_tls.verify(at, "0", 0), TypeError),
    (lambda at: at_tls.common_name(at, 0, "n" * 65), ValueError),
    (lambda at: at_tls.common_name(at, 0, None), TypeError),
    (lambda at: at_tls.sni(at, 0, "n" * 65), ValueError),
    (lambda at: at_tls.alpn(at, 0, "1", "2", "3", "4", "5", "6"), ValueError),
    (lambda at: at_tls.alpn(at, 0, ""), ValueError),
    (lambda at: at_tls.psk(at, 0, "", "hint"), ValueError),
    (lambda at: at_tls.psk(at, 0, "k" * 33, "hint"), ValueError),
    (lambda at: at_tls.psk(at, 0, "k", "h" * 33), ValueError),
    (lambda at: at_tls.psk_hex(at, 0, "text", "h"), TypeError),
    (lambda at: at_tls.psk_hex(at, 0, bytes(33), "h"), ValueError),
    (lambda at: at_tls.cipher(at, 0, 0x10000), ValueError),
    (lambda at: at_tls.buffer(at, 2047), ValueError),
    (lambda at: at_tls.buffer(at, 4097), ValueError),
)  # fmt: skip


def test_rows():
    check(ROWS)


def test_bounds():
    bounds((
        (lambda at, v: at_tls.verify(at, v, 0), 0, 16),
        (lambda at, v: at_tls.verify(at, 0, v), 0, 3),
        (lambda at, v: at_tls.verify(at, 0, 1, v), 0, 255),
        (lambda at, v: at_tls.verify(at, 0, 1, 0, v), 0, 255),
        (lambda at, v: at_tls.cipher(at, 0, v), 0, 65535),
        (lambda at, v: at_tls.buffer(at, v), 2048, 4096),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_tls.common_name(at, 0, t), 0, 64),
        (lambda at, t: at_tls.sni(at, 0, t), 0, 64),
        (lambda at, t: at_tls.psk(at, 0, t, "h"), 1, 32),
        (lambda at, t: at_tls.psk(at, 0, "k", t), 1, 32),
        (lambda at, t: at_tls.psk_hex(at, 0, t.encode(), "h"), 1, 32),
        (lambda at, t: at_tls.psk_hex(at, 0, b"k", t), 1, 32),
    ))  # fmt: skip


def test_bad_parameters():
    refuse(BAD)


def test_keys_are_hidden_from_taps():
    assert secret(lambda at: at_tls.psk(at, None, "psk", "myhint"))
    assert secret(lambda at: at_tls.psks(at))
    assert secret(lambda at: at_tls.psk_hex(at, None, b"psk", "myhint"))
    assert secret(lambda at: at_tls.psks_hex(at))
    assert not secret(lambda at: at_tls.snis(at))
