"""As much of micropython-lib's unittest as upstream's network tests use."""

import sys


class SkipTest(Exception):
    pass


class _Raised:
    def __init__(self, kind):
        self.kind = kind
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            raise AssertionError("%s was not raised" % self.kind.__name__)
        self.exception = value
        return issubclass(kind, self.kind)


class TestCase:
    def assertEqual(self, a, b, msg=""):
        assert a == b, msg or "%r is not %r" % (a, b)

    def assertIsNone(self, a, msg=""):
        assert a is None, msg or "%r is not None" % (a,)

    def assertRaises(self, kind):
        return _Raised(kind)

    def fail(self, msg=""):
        raise AssertionError(msg or "failed")


def skipIf(condition, reason):
    return (lambda function: None) if condition else (lambda function: function)


def main(module="__main__"):
    failed = 0
    for case in list(program.values()):
        if isinstance(case, type) and issubclass(case, TestCase) and case is not TestCase:
            for name in sorted(dir(case)):
                if name.startswith("test") and getattr(case, name):
                    try:
                        getattr(case(), name)()
                    except Exception as e:
                        failed += 1
                        print("FAILED", name)
                        sys.print_exception(e)
    print("OK" if not failed else "%d failed" % failed)


program = {}  # its names, set by what runs it
