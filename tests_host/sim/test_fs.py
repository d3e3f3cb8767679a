"""Files: AT+FS, AT+FSMOUNT."""
import pytest
from sim.talk import Host


def write(host, name, offset, data):
    host.write(f'AT+FS=0,1,"{name}",{offset},{len(data)}\r\n'.encode())
    assert host.read(b">") == b">"
    host.write(data)
    assert host.read(b"OK\r\n") == b"\r\nOK\r\n"


def fail(host, line, code=0x010A0000):
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_write_read_size_list_delete(logged):
    assert logged.ask('AT+FS=0,4,"."') == b"+FS:\r\nOK\r\n"
    write(logged, "b.txt", 0, b"0123456789")
    write(logged, "a.txt", 0, b"\r\nOK\r\n\x00")
    assert logged.ask('AT+FS=0,4,"."') == b"+FS:a.txt b.txt \r\nOK\r\n"
    assert logged.ask('AT+FS=0,3,"b.txt"') == b"+FS:10\r\n\r\nOK\r\n"
    assert logged.ask('AT+FS=0,2,"b.txt",3,4') == b"+FS:4,3456\r\nOK\r\n"
    assert logged.ask('AT+FS=0,2,"b.txt",8,100') == b"+FS:2,89\r\nOK\r\n"  # no more than there is
    assert logged.ask('AT+FS=0,2,"b.txt",10,1') == b"+FS:0,\r\nOK\r\n"
    logged.write(b'AT+FS=0,2,"a.txt",0,100\r\n')
    wanted = b"+FS:7,\r\nOK\r\n\x00\r\nOK\r\n"
    assert logged.exactly(len(wanted)) == wanted
    assert logged.ask('AT+FS=0,0,"b.txt"') == b"\r\nOK\r\n"
    fail(logged, 'AT+FS=0,0,"b.txt"')
    fail(logged, 'AT+FS=0,2,"b.txt",0,1')
    fail(logged, 'AT+FS=0,3,"b.txt"')


def test_writing_inside_and_beyond_the_end(logged):
    write(logged, "f", 0, b"0123456789")
    write(logged, "f", 3, b"abc")
    write(logged, "f", 12, b"xy")
    assert logged.ask('AT+FS=0,2,"f",0,100') == b"+FS:14,012abc6789\0\0xy\r\nOK\r\n"


def test_files_survive(make, tmp_path):
    path = str(tmp_path / "flash.json")
    with Host(make(state=path)) as host:
        host.ok("ATE0")
        write(host, "kept", 0, bytes(range(256)))
        host.ok("AT+FSMOUNT=0")
        host.ok("AT+RESTORE")
        host.read(b"ready\r\n")
    with Host(make(state=path)) as host:
        host.ok("ATE0")
        assert host.ask('AT+FS=0,3,"kept"') == b"+FS:256\r\n\r\nOK\r\n"
        host.ok('AT+SYSFLASH=0,"fatfs"')
        assert host.ask('AT+FS=0,4,"."') == b"+FS:\r\nOK\r\n"


def test_full(logged):
    for number in range(5):
        write(logged, f"big{number}", 0, b"x" * 100_000)
    fail(logged, 'AT+FS=0,1,"more",0,100000')
    fail(logged, 'AT+FS=0,1,"more",0,200000')
    logged.ok('AT+FS=0,0,"big0"')
    write(logged, "more", 0, b"x" * 100_000)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('AT+FS=1,3,"x"', 0x01070000),
        ('AT+FS=0,5,"x"', 0x01070001),
        ('AT+FS=0,2,"x"', 0x01060403),
        ('AT+FS=0,2,"x",0,0', 0x01070004),
        ('AT+FS=0,3,"x",1', 0x01060304),
        ('AT+FS=0,4,"folder"', 0x010A0000),
        ("AT+FSMOUNT=2", 0x01070000),
        ("AT+FSMOUNT", 0x010C0000),
    ],
)
def test_arguments(logged, line, code):
    fail(logged, line, code)


def test_a_default_firmware_has_no_files(make):
    with Host(make("c3-3.3")) as host:
        host.ok("AT+SYSLOG=1")
        assert host.ask('AT+FS=0,4,"."').endswith(b"ERR CODE:0x01090000\r\n\r\nERROR\r\n")
