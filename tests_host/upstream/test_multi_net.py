"""Upstream's tests/multi_net, unchanged, by upstream's own run-multitests.py: two boards, each with its own module."""

import os
import shutil

import pytest

from eco.report import compat
from mp import host
from upstream import expected, source, stage

# Upstream's names, so that they can be listed where there is no source; test_all_are_here says when one is missing
PLAIN = ("asyncio_tcp_client_rst asyncio_tcp_close_write asyncio_tcp_readall asyncio_tcp_readexactly asyncio_tcp_readinto "
         "asyncio_tcp_server_client tcp_accept_recv tcp_client_rst tcp_data udp_data").split()
TLS = ("asyncio_tls_server_client asyncio_tls_server_client_cert_required_error asyncio_tls_server_client_readline "
       "asyncio_tls_server_client_verify_error ssl_cert_ec ssl_cert_rsa sslcontext_check_hostname_error "
       "sslcontext_getpeercert sslcontext_server_client sslcontext_server_client_ciphers sslcontext_server_client_files "
       "sslcontext_verify_callback sslcontext_verify_error sslcontext_verify_time_error tls_dtls_server_client").split()
FOLDERS = {"module": "multi_net", "board": "board"}
LIBRARY = "MicroPython's tests/multi_net"


def _cases():
    for name in PLAIN:
        yield _case(name, "module", "%s.py" % name)
    for name in TLS:
        yield _case(name, "module", "%s.py, TLS of the module" % name)
        yield _case(name, "board", "%s.py, TLS of the board over espat's sockets" % name)


def _case(name, road, scenario):
    marks = [compat(LIBRARY, scenario, version="1.25.0", on="two " + stage.NAME)]
    key = name, road
    if key in expected.FAILS:
        marks.append(pytest.mark.xfail(reason=expected.FAILS[key]))
    elif key in expected.HANGS:
        run = os.environ.get("ESPAT_UPSTREAM") == "all"
        marks.append(pytest.mark.xfail(reason=expected.HANGS[key], run=run))
    return pytest.param(name, road, id=f"{name}-{road}", marks=marks)


@pytest.fixture(scope="module")
def tests(tmp_path_factory):
    """Upstream's folder tests/multi_net beside its runner, with what CPython prints where upstream has it run; in board/
    the same with what this build prints."""
    reason = host.why_missing(stage.INTERPRETER)
    if reason:
        pytest.skip(reason)
    here = tmp_path_factory.mktemp("tests")
    origin = source.needed()
    shutil.copytree(origin / "multi_net", here / "tests/multi_net")
    shutil.copy(origin / "run-multitests.py", here / "tests")
    (here / "tools").mkdir()
    shutil.copy(origin.parent / "tools/pyboard.py", here / "tools")
    for name, text in expected.PRINTED.items():
        if name.startswith("multi_net/"):
            (here / "tests" / (name + ".exp")).write_text(text)
    shutil.copytree(here / "tests/multi_net", here / "tests/board")
    for name, text in expected.BUILD.items():
        (here / "tests/board" / (name + ".py.exp")).write_text(text)
    return here / "tests"


@pytest.mark.parametrize("name, road", _cases())
def test_multi_net(tests, tmp_path, name, road):
    for _ in range(3):
        with stage.Boards(tmp_path) as boards:
            said = boards.multitest(tests / "run-multitests.py", tests / FOLDERS[road] / (name + ".py"), road)
            failures = boards.failures()
        if "EADDRINUSE" not in said:  # the tests' port is fixed: somebody else may have had it
            break
    assert not failures, failures[0]
    if "\n1 tests passed\n" not in said:
        pytest.fail(said, pytrace=False)


def test_all_are_here(tests):
    assert sorted(PLAIN + TLS) == sorted(p.stem for p in tests.glob("multi_net/*.py"))
