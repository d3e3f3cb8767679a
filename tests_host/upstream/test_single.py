"""Upstream's tests/net_hosted, net_inet and what of extmod is about sockets, unchanged: one board, one module, and the
sites that they ask for (internet.py)."""

import re

import pytest

from eco.report import compat
from mp import host
from upstream import expected, source, stage

NAMES = [*("net_hosted/%s.py" % n for n in (
    "accept_nonblock accept_timeout asyncio_loopback asyncio_start_server connect_nonblock connect_nonblock_xfer "
    "connect_poll connect_timeout ssl_getpeercert ssl_verify_callback").split()),
    *("net_inet/%s.py" % n for n in (
        "asyncio_cancel_stream asyncio_open_connection asyncio_tcp_read_headers asyncio_tls_open_connection_readline "
        "getaddrinfo ssl_cert ssl_errors test_sslcontext_client test_tls_nonblock test_tls_sites test_tls_sites_simple "
        "tls_num_errors tls_text_errors").split()),
    *("extmod/%s.py" % n for n in (
        "select_ipoll select_poll_basic select_poll_custom select_poll_eintr select_poll_fd select_poll_udp socket_tcp_basic "
        "socket_udp_nonblock ssl_basic ssl_cadata ssl_ioctl ssl_keycert ssl_keycert_pkcs8 ssl_noleak ssl_poll "
        "ssl_sslcontext ssl_sslcontext_verify_mode ssl_sslcontext_verify_mode2 tls_dtls tls_sslcontext_ciphers "
        "tls_sslcontext_micropython").split())]


def _cases():
    for name in NAMES:
        if name not in expected.NOT_OURS:
            folder, _, file = name.partition("/")
            marks = [compat("MicroPython's tests/" + folder, file, version="1.25.0", on=stage.NAME)]
            if name in expected.SINGLE_FAILS:
                marks.append(pytest.mark.xfail(reason=expected.SINGLE_FAILS[name]))
            yield pytest.param(name, id=name[:-3], marks=marks)


def _truth(path, name):
    exp = path.with_name(path.name + ".exp")
    return exp.read_text() if exp.exists() else expected.PRINTED[name]


@pytest.fixture(scope="module")
def tests():
    reason = host.why_missing(stage.INTERPRETER)
    if reason:
        pytest.skip(reason)
    return source.needed()


@pytest.mark.parametrize("name", _cases())
def test_single(tests, tmp_path, name):
    with stage.Boards(tmp_path, 1) as boards:
        said = boards.single(tests / name)
        failures = boards.failures()
    assert not failures, failures[0]
    if name in expected.SINGLE_SKIPS:
        assert said == "SKIP\n", said
        pytest.skip("the test skips itself: " + expected.SINGLE_SKIPS[name])
    pattern = expected.MATCHES.get(name)
    right = re.fullmatch(pattern, said) if pattern else said == _truth(tests / name, name)
    if not right:
        pytest.fail(said, pytrace=False)


def test_all_are_here(tests):
    found = [p for pattern in ("net_hosted/*.py", "net_inet/*.py", "extmod/select_*.py", "extmod/socket_*.py",
                               "extmod/ssl_*.py", "extmod/tls_*.py") for p in tests.glob(pattern)]
    assert sorted(NAMES) == sorted(str(p.relative_to(tests)) for p in found)
