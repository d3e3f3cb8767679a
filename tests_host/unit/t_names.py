"""Names and contents that look like answers: of files, of values in flash, of certificates, of TLS servers (guide 3.1.19,
3.3.26 to 3.3.30, 3.8). They reach the command line escaped or not at all, and come back as what they are."""

from checks import raises
from espat import at_fs, at_mfg
from espat.net import at_tls
from fakeport import FakePort

OK = b"\r\nOK\r\n"
ONE_LINE = (
    b"OK", b"ERROR", b"ready", b"0,CLOSED", b"1,CONNECT", b"+IPD,0,1460", b"+IPD,0,5:hello", b"SEND OK", b"SEND FAIL",
    b"busy p...", b">", b"+++", b"AT+RST", b"WIFI DISCONNECT", b'","', b'"', b"\\", b'\\",\\', b"a,b", b'",8,9999,',
    b"+FS:9999,", b"+SYSMFG:", b"ERR CODE:0x01", b"\xe4\xb8\xad", b"invalid", b"x" * 15,
)  # fmt: skip
LINES = (b"\r\nOK\r\n", b"a\r\nAT+RST", b"a\nb", b"a\rb", b"\0", b"\r\n0,CLOSED", b"\r\n>", b"\r\nready\r\n")
CONTENT = b"".join(ONE_LINE) + b"\r\n".join(ONE_LINE) + b"".join(LINES) + bytes(range(256))

# (call with a name, what it sends, %s is the name in quotes)
CALLS = (
    (lambda at, name: at_fs.delete(at, name), b"+FS=0,0,%s"),
    (lambda at, name: at_fs.listdir(at, name), b"+FS=0,4,%s"),
    (lambda at, name: at_mfg.remove(at, name), b"+SYSMFG=0,%s"),
    (lambda at, name: at_mfg.remove(at, "space", name), b'+SYSMFG=0,"space",%s'),
    (lambda at, name: at_mfg.keys(at, name), b"+SYSMFG=1,%s"),
    (lambda at, name: at_mfg.put_number(at, name, "key", 7, 1), b'+SYSMFG=2,%s,"key",1,7'),
    (lambda at, name: at_mfg.put_number(at, "space", name, 7, 1), b'+SYSMFG=2,"space",%s,1,7'),
    (lambda at, name: at_tls.common_name(at, 0, name), b"+CIPSSLCCN=0,%s"),
    (lambda at, name: at_tls.sni(at, 0, name), b"+CIPSSLCSNI=0,%s"),
    (lambda at, name: at_tls.alpn(at, 0, name, "h2"), b'+CIPSSLCALPN=0,2,%s,"h2"'),
    (lambda at, name: at_tls.psk(at, 0, name, "hint"), b'+CIPSSLCPSK=0,%s,"hint"'),
    (lambda at, name: at_tls.psk(at, 0, "key", name), b'+CIPSSLCPSK=0,"key",%s'),
)  # fmt: skip


def quoted(name):
    """As the guide escapes text (3.15), written for itself."""
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b",", b"\\,") + b'"'


def quiet(*steps):
    """A runner on which nothing may be reported; its port."""
    port = FakePort(*steps)
    port.expect(b"AT+CWMODE?\r\n", b"+CWMODE:1\r\n" + OK)
    at = port.at()

    def report(buf, a, b):
        raise AssertionError(bytes(buf[a:b]))

    for prefix in (b"0,", b"1,", b"+IPD", b"WIFI "):
        at.on(prefix, report)
    return port, at


def unharmed(port, at):
    """The next command has its own answer, nothing else was sent, and no restart was heard."""
    assert at.run(b"+CWMODE?") == [b"+CWMODE:1"] and at.engine.restarts == 0
    port.done()


def test_names_on_their_way_out():
    for call, sent in CALLS:
        for name in ONE_LINE:
            port, at = quiet((b"AT" + sent % quoted(name) + b"\r\n", OK))
            call(at, name)
            unharmed(port, at)


def test_names_that_no_command_can_carry_send_nothing():
    for call, _ in CALLS:
        for name in LINES:
            port, at = quiet()
            raises(ValueError, call, at, name)
            assert not port.written, name
            unharmed(port, at)


def test_names_of_files_that_somebody_else_has_made():
    names = [name for name in ONE_LINE if b" " not in name]
    port, at = quiet((b'AT+FS=0,4,"."\r\n', b"+FS:" + b" ".join(names) + b" \r\n" + OK))
    assert at_fs.listdir(at) == [str(name, "utf-8") for name in names]
    unharmed(port, at)


def test_keys_that_somebody_else_has_made():
    for name in ONE_LINE:
        port, at = quiet((b'AT+SYSMFG=1,"space"\r\n', b'+SYSMFG:"space","%s",8\r\n' % name + OK))
        assert at_mfg.keys(at, "space") == [(str(name, "utf-8"), 8)], name
        unharmed(port, at)


def test_values_whose_name_has_a_quote():
    for name in ONE_LINE:
        port, at = quiet((b'AT+SYSMFG=1,"space",%s\r\n' % quoted(name), b'+SYSMFG:"space","%s",8,2,hi\r\n' % name + OK))
        assert at_mfg.get(at, "space", name) == b"hi", name
        unharmed(port, at)
        port, at = quiet((b'AT+SYSMFG=1,"space",%s\r\n' % quoted(name), b'+SYSMFG:"space","%s",4,2,-7\r\n' % name + OK))
        assert at_mfg.get(at, "space", name) == -7, name
        unharmed(port, at)


def test_names_of_servers_as_the_module_tells_them():
    for name in ONE_LINE:
        for form in (b"+CIPSSLCCN:0,%s\r\n", b'+CIPSSLCCN:0,"%s"\r\n'):
            if b'"' not in name:
                port, at = quiet((b"AT+CIPSSLCCN?\r\n", form % name + OK))
                assert at_tls.common_names(at) == [(0, str(name, "utf-8"))], name
                unharmed(port, at)


def test_contents_of_files_and_of_certificates():
    n = len(CONTENT)
    port, at = quiet((b'AT+FS=0,2,"f",0,%d\r\n' % n, b"+FS:%d,%s" % (n, CONTENT) + OK))
    assert at_fs.read(at, "f", 0, n) == CONTENT
    unharmed(port, at)
    head = b'+SYSMFG:"client_ca","client_ca.0",8,%d,' % n
    port, at = quiet((b'AT+SYSMFG=1,"client_ca","client_ca.0"\r\n', head + CONTENT + b"\r\n" + OK))
    assert at_mfg.get(at, "client_ca", "client_ca.0") == CONTENT
    unharmed(port, at)
