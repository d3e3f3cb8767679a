from checks import raises

from espat import args


def test_quote_escapes_what_the_module_unescapes():
    assert args.quote('a"b,c\\d') == b'"a\\"b\\,c\\\\d"'
    assert args.quote(b"plain") == b'"plain"'


def test_quote_refuses_line_ends():
    for text in ("\r", "a\nb", b"\0"):
        raises(ValueError, args.quote, text)
