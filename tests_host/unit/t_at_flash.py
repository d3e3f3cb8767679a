"""What the module keeps: at_fs, at_mfg (guide 3.1.18, 3.1.19, 3.8, 3.11)."""

import io

from calls import PROMPT, Data, bounds, check, refuse, runner, secret, sizes, text
from checks import raises
from espat import at_fs, at_mfg
from espat.block import Source
from espat.errors import AtAnswer
from fakeport import FakePort

BYTES = bytes(range(256))
NAMES = ["file_number_%02d.txt" % i for i in range(60)]  # longer than the parser's lines
FS = (
    (lambda at: at_fs.mount(at), b"+FSMOUNT=1", (), []),
    (lambda at: at_fs.unmount(at), b"+FSMOUNT=0", (), []),
    (lambda at: at_fs.delete(at, "filename"), b'+FS=0,0,"filename"', (), []),
    (lambda at: at_fs.write(at, "filename", 100, BYTES), b'+FS=0,1,"filename",100,256', Data(BYTES, prompt=b">"), []),
    (lambda at: at_fs.read(at, "filename", 0, 300), b'+FS=0,2,"filename",0,300', b"+FS:256," + BYTES + text(()), BYTES),
    (lambda at: at_fs.read(at, "a", 9, 4), b'+FS=0,2,"a",9,4', b"+FS:0," + text(()), b""),
    (lambda at: at_fs.read(at, "a", 9, 4, bytearray(4)), b'+FS=0,2,"a",9,4', b"+FS:4,\r\nOK" + text(()), 4),
    (lambda at: at_fs.size(at, "a"), b'+FS=0,3,"a"', (b"+FS:12345",), 12345),
    (lambda at: at_fs.listdir(at), b'+FS=0,4,"."', (b"+FS:a.txt b.bin ",), ["a.txt", "b.bin"]),
    (lambda at: at_fs.listdir(at), b'+FS=0,4,"."', (b"+FS:" + " ".join(NAMES).encode() + b" ",), NAMES),
    (lambda at: at_fs.listdir(at), b'+FS=0,4,"."', (b"+FS:",), []),
)  # fmt: skip
SYSFLASH = (
    (lambda at: at_mfg.partitions(at), b"+SYSFLASH?",
     (b'+SYSFLASH:"mfg_nvs",1,1,0x21000,0x1c000', b"+SYSFLASH:fatfs,1,129,0x47000,0x19000"),
     [["mfg_nvs", 1, 1, 0x21000, 0x1C000], ["fatfs", 1, 129, 0x47000, 0x19000]]),
    (lambda at: at_mfg.erase(at, "mfg_nvs"), b'+SYSFLASH=0,"mfg_nvs"', (), []),
    (lambda at: at_mfg.erase(at, "mfg_nvs", 4096, 8192), b'+SYSFLASH=0,"mfg_nvs",4096,8192', (), []),
    (lambda at: at_mfg.write(at, "mfg_nvs", 0, BYTES), b'+SYSFLASH=1,"mfg_nvs",0,256', Data(BYTES, prompt=b">"), []),
    (lambda at: at_mfg.read(at, "mfg_nvs", 16, 256), b'+SYSFLASH=2,"mfg_nvs",16,256', b"+SYSFLASH:256," + BYTES + text(()),
     BYTES),
)  # fmt: skip
CERT = b"-----BEGIN CERTIFICATE-----\r\nOK\r\n"
NS = b'"client_cert","client_cert.0"'
SYSMFG = (
    (lambda at: at_mfg.namespaces(at), b"+SYSMFG?", (b'+SYSMFG:"client_cert"', b'+SYSMFG:"client_key"'),
     ["client_cert", "client_key"]),
    (lambda at: at_mfg.keys(at, "client_cert"), b'+SYSMFG=1,"client_cert"',
     (b'+SYSMFG:"client_cert","client_cert.0",8', b'+SYSMFG:"client_cert","n",1'), [("client_cert.0", 8), ("n", 1)]),
    (lambda at: at_mfg.get(at, "client_cert", "client_cert.0"), b"+SYSMFG=1," + NS,
     b"+SYSMFG:" + NS + b",8,%d," % len(CERT) + CERT + b"\r\n" + text(()), CERT),
    (lambda at: at_mfg.get(at, "client_cert", "client_cert.0", 100, 200), b"+SYSMFG=1," + NS + b",100,200",
     b"+SYSMFG:" + NS + b",8,2,ab\r\n" + text(()), b"ab"),
    (lambda at: at_mfg.get(at, "factory_param", "name"), b'+SYSMFG=1,"factory_param","name"',
     b'+SYSMFG:"factory_param","name",7,5,m,\r\nx\r\n' + text(()), "m,\r\nx"),
    (lambda at: at_mfg.get(at, "factory_param", "port"), b'+SYSMFG=1,"factory_param","port"',
     (b'+SYSMFG:"factory_param","port",3,2,1234',), 1234),
    (lambda at: at_mfg.get(at, "factory_param", "low"), b'+SYSMFG=1,"factory_param","low"',
     (b'+SYSMFG:"factory_param","low",2,1,-12',), -12),
    (lambda at: at_mfg.get(at, "a", "b", sink=bytearray(9)), b'+SYSMFG=1,"a","b"', b'+SYSMFG:"a","b",8,2,xy\r\n' + text(()), 2),
    (lambda at: at_mfg.put(at, "client_cert", "client_cert.0", CERT), b"+SYSMFG=2," + NS + b",8,%d" % len(CERT), Data(CERT), []),
    (lambda at: at_mfg.put(at, "a", "b", b"text", at_mfg.STRING), b'+SYSMFG=2,"a","b",7,4', Data(b"text"), []),
    (lambda at: at_mfg.put_number(at, "a", "b", 255, 1), b'+SYSMFG=2,"a","b",1,255', (), []),
    (lambda at: at_mfg.put_number(at, "a", "b", -2147483648, 6), b'+SYSMFG=2,"a","b",6,-2147483648', (), []),
    (lambda at: at_mfg.remove(at, "client_cert"), b'+SYSMFG=0,"client_cert"', (), []),
    (lambda at: at_mfg.remove(at, "client_cert", "client_cert.0"), b"+SYSMFG=0," + NS, (), []),
    (lambda at: at_mfg.long_plcp(at, True, True), b"+FACTPLCP=1,1", (), []),
    (lambda at: at_mfg.long_plcp(at, False), b"+FACTPLCP=0,0", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_fs.delete(at, ""), ValueError),
    (lambda at: at_fs.write(at, "a", 0, b""), ValueError),
    (lambda at: at_fs.write(at, "a", -1, b"x"), ValueError),
    (lambda at: at_fs.write(at, "a", 0, "x"), TypeError),
    (lambda at: at_fs.read(at, "a", 0, 0), ValueError),
    (lambda at: at_fs.size(at, None), TypeError),
    (lambda at: at_fs.size(at, "a\r\nb"), ValueError),
    (lambda at: at_mfg.erase(at, "mfg_nvs", 0), ValueError),
    (lambda at: at_mfg.erase(at, "mfg_nvs", 0, 0), ValueError),
    (lambda at: at_mfg.write(at, "mfg_nvs", 0, b""), ValueError),
    (lambda at: at_mfg.read(at, "", 0, 1), ValueError),
    (lambda at: at_mfg.get(at, "n", "k", 5), ValueError),
    (lambda at: at_mfg.get(at, "namespace_too_long", "k"), ValueError),
    (lambda at: at_mfg.put(at, "n", "k", b"x", 6), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", 256, 1), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", -129, 2), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", 65536, 3), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", 32768, 4), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", -1, 5), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", 1 << 31, 6), ValueError),
    (lambda at: at_mfg.put_number(at, "n", "k", 1, 7), ValueError),
    (lambda at: at_mfg.remove(at, "n", ""), ValueError),
    (lambda at: at_mfg.long_plcp(at, 2), ValueError),
)  # fmt: skip


def test_fs():
    check(FS)


def test_partitions():
    check(SYSFLASH)


def test_manufacturing_store():
    check(SYSMFG)


def test_bounds():
    most = 0x7FFFFFFF
    bounds((
        (lambda at, v: at_fs.write(at, "a", v, b"x"), 0, most),
        (lambda at, v: at_fs.read(at, "a", v, 1), 0, most),
        (lambda at, v: at_fs.read(at, "a", 0, v), 1, most),
        (lambda at, v: at_mfg.erase(at, "p", v, 1), 0, most),
        (lambda at, v: at_mfg.erase(at, "p", 0, v), 1, most),
        (lambda at, v: at_mfg.write(at, "p", v, b"x"), 0, most),
        (lambda at, v: at_mfg.read(at, "p", v, 1), 0, most),
        (lambda at, v: at_mfg.read(at, "p", 0, v), 1, most),
        (lambda at, v: at_mfg.get(at, "n", "k", v, 1), 0, most),
        (lambda at, v: at_mfg.get(at, "n", "k", 0, v), 1, most),
        (lambda at, v: at_mfg.put(at, "n", "k", b"x", v), 7, 8),
        (lambda at, v: at_mfg.put_number(at, "n", "k", 0, v), 1, 6),
        (lambda at, v: at_mfg.put_number(at, "n", "k", v, 1), 0, 255),
        (lambda at, v: at_mfg.put_number(at, "n", "k", v, 2), -128, 127),
        (lambda at, v: at_mfg.put_number(at, "n", "k", v, 3), 0, 65535),
        (lambda at, v: at_mfg.put_number(at, "n", "k", v, 4), -32768, 32767),
        (lambda at, v: at_mfg.put_number(at, "n", "k", v, 5), 0, 0xFFFFFFFF),
        (lambda at, v: at_mfg.put_number(at, "n", "k", v, 6), -0x80000000, most),
        (lambda at, v: at_mfg.long_plcp(at, v), 0, 1),
        (lambda at, v: at_mfg.long_plcp(at, 1, v), 0, 1),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_fs.delete(at, t), 1, 128),
        (lambda at, t: at_fs.write(at, t, 0, b"x"), 1, 128),
        (lambda at, t: at_fs.read(at, t, 0, 1), 1, 128),
        (lambda at, t: at_fs.size(at, t), 1, 128),
        (lambda at, t: at_fs.listdir(at, t), 1, 128),
        (lambda at, t: at_mfg.erase(at, t), 1, 16),
        (lambda at, t: at_mfg.write(at, t, 0, b"x"), 1, 16),
        (lambda at, t: at_mfg.read(at, t, 0, 1), 1, 16),
        (lambda at, t: at_mfg.keys(at, t), 1, 15),
        (lambda at, t: at_mfg.get(at, t, "k"), 1, 15),
        (lambda at, t: at_mfg.get(at, "n", t), 1, 15),
        (lambda at, t: at_mfg.put(at, t, "k", b"x"), 1, 15),
        (lambda at, t: at_mfg.put(at, "n", t, b"x"), 1, 15),
        (lambda at, t: at_mfg.put_number(at, t, "k", 0, 1), 1, 15),
        (lambda at, t: at_mfg.put_number(at, "n", t, 0, 1), 1, 15),
        (lambda at, t: at_mfg.remove(at, t), 1, 15),
        (lambda at, t: at_mfg.remove(at, "n", t), 1, 15),
    ))  # fmt: skip


def test_what_is_written_is_hidden_too():
    port = FakePort((b'AT+SYSMFG=2,"client_key","k",8,3\r\n', PROMPT), (b"key", text(())))
    at_mfg.put(runner(port), "client_key", "k", b"key")
    assert port.hidden == port.written
    port = FakePort((b'AT+SYSFLASH=1,"client_key",0,3\r\n', b">"), (b"key", text(())))
    at_mfg.write(runner(port), "client_key", 0, b"key")
    assert port.hidden == port.written


def test_bad_parameters():
    refuse(BAD)


def test_keys_are_hidden_from_taps():
    assert secret(lambda at: at_mfg.put_number(at, "n", "k", 5, 1))
    assert secret(lambda at: at_mfg.read(at, "client_key", 0, 10), ())
    assert secret(lambda at: at_mfg.get(at, "client_key", "k"), (b'+SYSMFG:"client_key","k",1,1,5',))
    assert not secret(lambda at: at_mfg.namespaces(at))


def test_lists_one_by_one():
    seen = []
    port = FakePort((b"AT+SYSMFG?\r\n", text((b'+SYSMFG:"a"', b'+SYSMFG:"b"'))))
    assert at_mfg.namespaces(runner(port), seen.append) == 2
    assert seen == ["a", "b"]


def test_a_value_that_is_not_there():
    port = FakePort((b'AT+SYSMFG=1,"a","b"\r\n', text(())))
    raises(AtAnswer, at_mfg.get, runner(port), "a", "b")


def test_file_from_a_stream():
    data = BYTES * 8
    port = FakePort((b'AT+FS=0,1,"big",0,2048\r\n', b">"), (data, text(())))
    at_fs.write(runner(port), "big", 0, Source(io.BytesIO(data), len(data)))
    port.done()
