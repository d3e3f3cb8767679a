"""No typed call gives up before the time that the guide allows its command: what the module is told, or its default."""

from calls import _Recorder
from espat import at_driver, at_ota, at_sleep
from espat.net import at_http, at_join, at_manual, at_mqtt, at_sntp, at_station, at_ws

URL = "http://h/"
# call, ms that the module may take by the guide
ROWS = (
    (lambda at: at_join.connect(at, "s", "p"), 15000),
    (lambda at: at_join.connect(at), 15000),
    (lambda at: at_join.connect(at, "s", "p", None, None, None, None, None, 600), 600000),
    (lambda at: at_station.connect_enterprise(at, "s", 0), 15000),
    (lambda at: at_station.connect_enterprise(at, "s", 0, seconds=600), 600000),
    (lambda at: at_manual.start(at, "TCP", "h", 80), 60000),  # 10 s for each packet of a handshake
    (lambda at: at_manual.start(at, "SSL", "h", 80), 60000),
    (lambda at: at_manual.start(at, "SSL", "h", 80, 0, None, None, 60000), 60000),
    (lambda at: at_manual.start_any(at, "SSL", "h", 80), 60000),
    (lambda at: at_manual.close(at, 0, 60000), 60000),
    (lambda at: at_ota.update(at), 180000),
    (lambda at: at_sntp.ping(at, "h"), 10000),
    (lambda at: at_mqtt.connect(at, "h", 1), 60000),
    (lambda at: at_mqtt.connect(at, "h", 1, ms=60000), 60000),
    (lambda at: at_mqtt.publish(at, "t", "m", ms=60000), 60000),
    (lambda at: at_mqtt.publish_raw(at, "t", b"m", ms=60000), 60000),
    (lambda at: at_mqtt.subscribe(at, "t", ms=60000), 60000),
    (lambda at: at_mqtt.unsubscribe(at, "t", 60000), 60000),
    (lambda at: at_mqtt.publish(at, "t", "m"), 15000),
    (lambda at: at_http.size(at, URL), 5000),
    (lambda at: at_http.size(at, URL, ms=180000), 180000),
    (lambda at: at_http.get(at, URL, ms=180000), 180000),
    (lambda at: at_http.request(at, at_http.GET, URL), 5000),
    (lambda at: at_http.post(at, URL, b"x"), 5000),
    (lambda at: at_ws.open(at, 0, "ws://h/"), 15000),
    (lambda at: at_ws.open(at, 0, "ws://h/", None, 180000), 180000),
    (lambda at: at_ws.send(at, 0, b"x"), 10000),
    (lambda at: at_ws.send(at, 0, b"x", None, 60000), 60000),
    (lambda at: at_driver.i2c_read(at, 0, 1, 1), 1000),
    (lambda at: at_driver.i2c_write(at, 0, 1, b"x"), 1000),
    (lambda at: at_sleep.deep(at, 100000), 1000),  # it answers before it sleeps
)  # fmt: skip


def test_time_enough():
    for call, least in ROWS:
        at = _Recorder()
        call(at)
        assert at.timeout >= least, (at.text, at.timeout, least)
