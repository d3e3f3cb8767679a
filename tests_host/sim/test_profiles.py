"""What differs between firmware lines: exact bytes of real modules, commands that exist, forms and limits.

The exchanges are those of the project's real transcripts that a profile should reproduce byte for byte; addresses,
names and versions that belong to one module are filled in.
"""
import pytest
from espsim import PROFILES
from espsim.command import COMMANDS
from sim.talk import Host

ALL = sorted(PROFILES)


@pytest.fixture
def on(make):
    """on(profile): a Host talking to a module of that firmware."""
    hosts = []

    def start(profile, **options):
        hosts.append(Host(make(profile, **options)))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


def exchange(host, *pairs):
    """Write each line, expect exactly the bytes."""
    for line, answer in pairs:
        host.write(line.encode("latin-1") + b"\r\n")
        wanted = answer.encode("latin-1")
        assert host.exactly(len(wanted)) == wanted, line
    assert host.silent(0.02) == b""


def nonos_joined(host):
    host.ask("ATE0")
    host.ok("AT+CWMODE_CUR=1")
    assert host.ask('AT+CWJAP_CUR="espressif","1234567890"') == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"
    return host


@pytest.mark.parametrize("profile", ALL)
def test_version_answers_name_the_chip(on, profile):
    host = on(profile)
    host.ask("ATE0")
    answer = host.ask("AT+GMR").decode()
    gmr = PROFILES[profile].gmr
    end = "\r\nOK\r\n" if profile == "nonos-1.7" else "\r\n\r\nOK\r\n"
    assert answer == "\r\n".join(gmr) + end
    assert profile == "nonos-1.7" or f" - {PROFILES[profile].chip} - " in gmr[0]


def test_nonos_session_of_transcripts_03_and_19(on):
    exchange(
        on("nonos-1.7"),
        ("AT", "AT\r\r\n\r\nOK\r\n"),
        ("AT+CWMODE=3", "AT+CWMODE=3\r\r\n\r\nOK\r\n"),
        ("AT+CIPMUX=1", "AT+CIPMUX=1\r\r\n\r\nOK\r\n"),
        ("AT+CIPSTAMAC_CUR?", 'AT+CIPSTAMAC_CUR?\r\r\n+CIPSTAMAC_CUR:"7c:df:a1:00:00:01"\r\n\r\nOK\r\n'),
        ("AT+CIPSTA_CUR?", 'AT+CIPSTA_CUR?\r\r\n+CIPSTA_CUR:ip:"0.0.0.0"\r\n+CIPSTA_CUR:gateway:"0.0.0.0"\r\n'
                           '+CIPSTA_CUR:netmask:"0.0.0.0"\r\n\r\nOK\r\n'),
        ("AT+CIPSERVER=0", "AT+CIPSERVER=0\r\r\nno change\r\n\r\nOK\r\n"),
        ("AT+CWMODE=1", "AT+CWMODE=1\r\r\n\r\nOK\r\n"),
        ('AT+MQTTUSERCFG=0,5,"ESP32","espressif","1234567890",0,0,""',
         'AT+MQTTUSERCFG=0,5,"ESP32","espressif","1234567890",0,0,""\r\r\n\r\nERROR\r\n'),
        ("ATE0", "ATE0\r\r\n\r\nOK\r\n"),
        ("AT+CWJAP_CUR?", "No AP\r\n\r\nOK\r\n"),
        ('AT+CWJAP_CUR="open",""', "WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"),
        ("AT+CWJAP?", '+CWJAP:"open","02:00:5e:10:00:01",6,-55,0\r\n\r\nOK\r\n'),
    )


def test_nonos_client_session_of_transcripts_12_33_50_52(on, air, listener):
    host = nonos_joined(on("nonos-1.7"))
    air.names["broker.example.com"] = "127.0.0.1"
    port = listener.getsockname()[1]
    host.ok("AT+CIPMUX=1")
    exchange(host, ('AT+CIPDOMAIN="broker.example.com"', "+CIPDOMAIN:127.0.0.1\r\n\r\nOK\r\n"))
    exchange(host, (f'AT+CIPSTART=0,"TCP","127.0.0.1",{port}', "0,CONNECT\r\n\r\nOK\r\n"))
    peer, _ = listener.accept()
    exchange(host, ("AT+CIPSEND=0,5", "\r\nOK\r\n> "), ("hello", "\r\nbusy s...\r\n\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n"))
    exchange(host, ("AT+CIPRECVLEN?", "+CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n"))
    exchange(host, ("AT+CIPSTATUS", f'STATUS:3\r\n+CIPSTATUS:0,"TCP","127.0.0.1",{port},{peer.getpeername()[1]},0\r\n\r\nOK\r\n'))
    peer.sendall(b"data")
    assert host.silent(0.05) == b"\r\n+IPD,0,4:data"
    peer.close()
    assert host.read(b"CLOSED\r\n") == b"0,CLOSED\r\n"
    exchange(host, ("AT+CIPSEND=3,15", "link is not valid\r\n\r\nERROR\r\n"), ("AT+CIPCLOSE=0\r", "UNLINK\r\n\r\nERROR\r\n"))


def test_nonos_passive_read_and_reasons(on, air, listener):
    host = nonos_joined(on("nonos-1.7"))
    port = listener.getsockname()[1]
    exchange(host, ("AT+CIPRECVMODE=1", "\r\nOK\r\n"), (f'AT+CIPSTART="TCP","127.0.0.1",{port}', "CONNECT\r\n\r\nOK\r\n"))
    peer, _ = listener.accept()
    peer.sendall(b"data")
    assert host.read(b"4\r\n") == b"\r\n+IPD,4\r\n"
    exchange(host, ("AT+CIPRECVDATA=10", "+CIPRECVDATA,4:data\r\nOK\r\n"))
    exchange(host, (f'AT+CIPSTART="TCP","127.0.0.1",{port}', "ALREADY CONNECTED\r\n\r\nERROR\r\n"))
    exchange(host, ("AT+CIPDINFO?", "+CIPDINFO:FALSE\r\n\r\nOK\r\n"), ("AT+CIPMUX=1", "link is builded\r\n\r\nERROR\r\n"))
    peer.close()
    host.read(b"CLOSED\r\n")
    air.dns_down = True
    exchange(host, ('AT+CIPSTART="TCP","a.example",80', "DNS Fail\r\n\r\nERROR\r\n"))
    listener.close()
    exchange(host, (f'AT+CIPSTART="TCP","127.0.0.1",{port}', "\r\nERROR\r\nCLOSED\r\n"))
    host.ok("AT+CWQAP")
    assert host.read(b"DISCONNECT\r\n") == b"WIFI DISCONNECT\r\n"
    exchange(host, (f'AT+CIPSTART="TCP","127.0.0.1",{port}', "no ip\r\n\r\nERROR\r\n"))


def test_nonos_dhcp_order_and_bits_are_swapped(on):
    host = on("nonos-1.7")
    host.ask("ATE0")
    host.ok("AT+CWDHCP_CUR=1,0")  # 1: the station
    assert host.ask("AT+CWDHCP_CUR?") == b"+CWDHCP_CUR:1\r\n\r\nOK\r\n"  # bit 0: the SoftAP


def test_nonos_twins_store_by_name(make):
    sim = make("nonos-1.7")
    with Host(sim) as host:
        for line, mode in (("AT+CWMODE_CUR=3", 2), ("AT+CWMODE_DEF=1", 1), ("AT+CWMODE=3", 3)):
            host.write(line.encode() + b"\r\n")
            host.read(b"\r\nOK\r\n")
            sim.restart()
            host.read(b"ready\r\n")
            assert host.ask("AT+CWMODE?").endswith(b"+CWMODE:%d\r\n\r\nOK\r\n" % mode)


def test_boot_noise_of_the_8266(make):
    sim = make("esp8266-2.3")
    with Host(sim) as host:
        host.write(b"AT+RST\r\n")
        boot = host.read(b"ready\r\n")
        noise = boot.partition(b"\r\nOK\r\n")[2].removesuffix(b"\r\nready\r\n")
        assert len(noise) > 20 and max(noise) > 127


def test_a_report_splits_the_echo_of_nonos(make):
    sim = make("nonos-1.7")
    with Host(sim) as host:
        host.ok("AT+CIPMUX=1")
        host.write(b"AT+CIPSEND=0,")
        assert host.read(b"0,") == b"AT+CIPSEND=0,"
        sim.call(sim.module.report, "1,CONNECT")
        host.write(b"98\r\n")
        assert host.read(b"ERROR\r\n") == b"1,CONNECT\r\n98\r\r\nlink is not valid\r\n\r\nERROR\r\n"


def test_refused_while_busy_as_in_transcript_37(make, air):
    air.find("wpa2").delay = 0.3
    air.find("wpa2").refuses = True
    with Host(make()) as host:
        host.ok("AT+CWMODE=1")
        host.write(b'AT+CWJAP="wpa2","1234567890"\r\n')
        host.read(b'0"\r\n')
        for _ in range(3):
            host.write(b"AT\r\n")
            assert host.read(b"...\r\n") == b"\r\nbusy p...\r\n"
        assert host.read(b"ERROR\r\n") == b"+CWJAP:4\r\n\r\nERROR\r\n"
        assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"


def test_join_and_addresses_of_transcript_51(on):
    host = on("c3-3.3")
    host.ok("AT+CWMODE=1")
    line = 'AT+CWJAP="espressif","1234567890"'
    exchange(host, (line, line + "\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"))
    answer = host.ask("AT+CIFSR").decode().split("\r\n")
    assert [part.split('"')[0] for part in answer] == ["AT+CIFSR", "+CIFSR:STAIP,", "+CIFSR:STAMAC,", "", "OK", ""]


def test_init_sequence_of_transcript_39(on):
    gmr = "\r\n".join(PROFILES["esp32-3.4"].gmr)
    exchange(
        on("esp32-3.4"),
        ("ATE0", "ATE0\r\n\r\nOK\r\n"),
        ("AT+SYSSTORE=0", "\r\nOK\r\n"),
        ("AT+GMR", gmr + "\r\n\r\nOK\r\n"),
    )
    assert gmr.startswith("AT version:3.4.0.0(s-c31b833 - ESP32 - Jun  7 2024 03:48:17)\r\nSDK version:v5.0.6-dirty\r\n")


def test_software_cannot_tell_what_is_not_there(on):
    """Transcript 18: a missing command gives a bare ERROR in every form."""
    host = on("esp8266-2.3")
    host.ok("ATE0")
    for form in ("AT+CIPRECVTYPE?", "AT+CIPRECVTYPE=5,1", "AT+CIPRECVTYPE=?", "AT+CIPSENDL=4", "AT+CWINIT?"):
        assert host.ask(form) == b"\r\nERROR\r\n"


@pytest.mark.parametrize(
    ("name", "having"),
    [
        ("+CIPRECVTYPE", {"esp32-3.4", "c3-3.3", "c6-4.1", "5.0", "c5-5.0"}),
        ("+CIPRECVMODE", {"nonos-1.7", "esp8266-2.3", "esp32-2.4", "esp32-3.4", "c3-3.3", "c6-4.1"}),
        ("+CIPSENDL", {"esp32-2.4", "esp32-3.4", "c3-3.3", "c6-4.1", "5.0", "c5-5.0"}),
        ("+CIPSTATUS", {"nonos-1.7", "esp8266-2.3", "esp32-2.4", "esp32-3.4", "c3-3.3", "c6-4.1"}),
        ("+CIPSTATE", set(ALL) - {"nonos-1.7"}),
        ("+CWSTATE", set(ALL) - {"nonos-1.7"}),
        ("+CMD", set(ALL) - {"nonos-1.7"}),
        ("+SYSSTORE", set(ALL) - {"nonos-1.7"}),
        ("+CWJAP_CUR", {"nonos-1.7"}),
        ("+CWMODE_DEF", {"nonos-1.7"}),
        ("+CIPSSLCCIPHER", {"esp8266-2.3", "c6-4.1", "5.0", "c5-5.0"}),
        ("+BLEINIT", set(ALL) - {"nonos-1.7", "esp8266-2.3"}),
        ("+BLEGATTSSRVCRE", {"esp32-2.4", "esp32-3.4", "c3-3.3"}),
        ("+WSCFG", {"esp32-3.4"}),
        ("+MQTTSNI", {"esp32-3.4", "c3-3.3", "c6-4.1", "5.0", "c5-5.0"}),
        ("+MQTTCLIENTID", {"esp8266-2.3", "esp32-2.4", "esp32-3.4", "c3-3.3", "c6-4.1"}),
        ("+SYSTEMP", {"esp8266-2.3", "c3-3.3", "c6-4.1", "5.0", "c5-5.0"}),
        ("+CWBANDMODE", {"c5-5.0"}),
        ("+TRANSINTVL", {"esp32-3.4", "c3-3.3", "c6-4.1", "5.0", "c5-5.0"}),
    ],
)
def test_who_has_a_command(name, having):
    assert {profile for profile in ALL if PROFILES[profile].has(name)} == having


def test_every_command_written_exists_in_some_firmware(make):
    make()
    assert [name for name in COMMANDS if not any(profile.has(name) for profile in PROFILES.values())] == []


@pytest.mark.parametrize("profile", ALL)
def test_no_query_breaks_any_profile(on, profile):
    """Every command and form answers with a final result and breaks nothing (the fixture checks that)."""
    host = on(profile)
    host.ask("ATE0")
    skip = {"+RST", "+RESTORE", "+GSLP", "+CIPSEND"}
    for name in sorted(COMMANDS):
        for form in ("?", "=?", "=", '=0,"x",1', "") if name not in skip else ("?", "=?"):
            host.ask(f"AT{name}{form}")


def test_timeouts_behind_cipstart_only_since_4_1(on, listener):
    port = listener.getsockname()[1]
    for profile, final in (("esp32-3.4", b"\r\nERROR\r\n"), ("c6-4.1", b"CONNECT\r\n\r\nOK\r\n")):
        host = on(profile).join()
        assert host.ask(f'AT+CIPSTART="TCP","127.0.0.1",{port},,,5000') == final


def test_tcp_options_of_the_8266(on):
    host = on("esp8266-2.3")
    host.ok("ATE0")
    assert host.lines("AT+CIPTCPOPT?")[0] == "+CIPTCPOPT:0,-1,0,0"
    assert host.ask("AT+CIPTCPOPT=0,0,0,60") == b"\r\nERROR\r\n"
