"""adafruit_requests, used as its examples use it."""

from online import join

import adafruit_connection_manager as manager
import adafruit_requests


def session(session_id=None):
    radio = join()
    pool = manager.get_radio_socketpool(radio)
    return pool, adafruit_requests.Session(pool, manager.get_radio_ssl_context(radio), session_id)


def get(url, times=1):
    """The answers to the same request several times over one session."""
    pool, requests = session()
    out = []
    for _ in range(times):
        with requests.get(url) as answer:
            out.append([answer.status_code, answer.text])
    manager.connection_manager_close_all(pool)
    return out


def methods(url):
    pool, requests = session()
    out = [requests.post(url, json={"a": [1, 2, None], "b": "\u00e4"}).json(), requests.post(url, data={"k": "v", "n": 5}).json(),
           requests.put(url, data="x" * 5000).json(), requests.patch(url, data=b"\x00\xff").json(),
           requests.delete(url).json(), requests.options(url).json()]
    answer = requests.head(url)
    out.append([answer.status_code, answer.headers["content-type"]])
    answer.close()
    manager.connection_manager_close_all(pool)
    return out


def json_body(url):
    pool, requests = session()
    value = requests.get(url).json()
    manager.connection_manager_close_all(pool)
    return value


def empty(url, after):
    pool, requests = session()
    first = requests.get(url)
    code = first.status_code, first.content.decode()
    first.close()
    out = [code, requests.get(after).text]
    manager.connection_manager_close_all(pool)
    return out


def digest(url, chunk):
    """(length, checksum) of a body read in pieces."""
    import binascii

    pool, requests = session()
    answer = requests.get(url, stream=True)
    size = crc = 0
    for piece in answer.iter_content(chunk):
        size += len(piece)
        crc = binascii.crc32(piece, crc)
    manager.connection_manager_close_all(pool)
    return [size, crc]


def files(url):
    import io

    pool, requests = session()
    answer = requests.post(url, files={"file": ("name.txt", io.BytesIO(b"content" * 100), "text/plain")}).json()
    manager.connection_manager_close_all(pool)
    return answer


def sessions(urls):
    """As many sessions as URLs, all connections kept."""
    radio = join()
    pool = manager.get_radio_socketpool(radio)
    out = []
    for number, url in enumerate(urls):
        requests = adafruit_requests.Session(pool, session_id=str(number))
        out.append(requests.get(url).text)
    managed = manager.get_connection_manager(pool).managed_socket_count
    manager.connection_manager_close_all(pool)
    return [out, managed]


def exhausted(urls):
    """Streams that are not read keep their connections: what happens to one too many, and afterwards."""
    radio = join()
    pool = manager.get_radio_socketpool(radio)
    kept = []
    for number, url in enumerate(urls[:5]):
        requests = adafruit_requests.Session(pool, session_id=str(number))
        kept.append(requests.get(url, stream=True))
    sixth = adafruit_requests.Session(pool, session_id="sixth")
    try:
        sixth.get(urls[5])
        error = None
    except OSError as e:
        error = e.errno
    kept.pop().close()  # its connection is kept for reuse, and may be closed for the sixth
    text = sixth.get(urls[5]).text
    manager.connection_manager_close_all(pool)
    return [error, text]


def fails(url):
    """The exception that a request ends with, its cause, and whether the next one works."""
    pool, requests = session()
    try:
        requests.get(url, timeout=3)
        name = cause = None
    except Exception as e:
        name = type(e).__name__
        cause = [type(e.__cause__).__name__, getattr(e.__cause__, "errno", None)] if e.__cause__ else getattr(e, "errno", None)
    manager.connection_manager_close_all(pool)
    return [name, cause]


def released(url):
    """connection_manager_close_all() may forget the radio: it must be found again."""
    radio = join()
    assert manager._get_radio_hash_key(radio) in manager._global_socketpools  # entered by install()
    pool = manager.get_radio_socketpool(radio)
    first = adafruit_requests.Session(pool).get(url).text
    manager.connection_manager_close_all(pool, release_references=True)
    again = manager.get_radio_socketpool(radio)
    second = adafruit_requests.Session(again, manager.get_radio_ssl_context(radio)).get(url).text
    manager.connection_manager_close_all(again)
    return [first, second, again is pool]


def verified(url, certificates, path, board_knows_the_time=True, patience=40):
    """HTTPS, the CA given at run time; what a session ends with: text, or the error's words."""
    import ssl

    from espat.net import clock

    if not board_knows_the_time:
        clock.from_board = lambda at: False
    clock._ROUNDS = patience
    pool = manager.get_radio_socketpool(join())
    out = []
    for name in certificates:
        context = ssl.create_default_context()
        with open(path + "/" + name) as f:
            context.load_verify_locations(cadata=f.read())
        out.append(attempt(pool, context, url, name))  # a session of its own: a kept connection proves nothing
    manager.connection_manager_close_all(pool)
    return out


def attempt(pool, context, url, session_id):
    requests = adafruit_requests.Session(pool, context, session_id)
    try:
        with requests.get(url) as answer:
            return answer.text
    except OSError as e:
        return [e.errno, str(e)]


def unverified(url):
    import ssl

    pool = manager.get_radio_socketpool(join())
    context = ssl.create_default_context()
    context.load_verify_locations(cadata="")
    requests = adafruit_requests.Session(pool, context)
    out = []
    for _ in range(3):
        with requests.get(url) as answer:
            out.append(answer.text)
    manager.connection_manager_close_all(pool)
    return out
