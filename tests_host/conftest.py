"""Says at the head of every test run which interpreters the tests run on, and why one is missing."""

from mp import host


def pytest_report_header(config):
    lines = []
    for name in host.INTERPRETERS:
        reason = host.why_missing(name)
        lines.append(f"{name}: {'MISSING, its tests are skipped: ' + reason if reason else host.executable(name)}")
    return lines
