"""What the MQTT clients have to do: a thousand messages each way with another client of the broker, in order, none lost."""

from play import ask

COUNT = 1000


def message(n):
    return b"%d:" % n + b"x" * (n * 7 % 150)


def conversation(client, got, qos):
    """client: connected, its callback appends (topic, text) to `got`."""
    client.subscribe(b"to/board", qos)
    ask("mqtt_peer", qos, COUNT)
    for n in range(COUNT):
        client.publish(b"from/board", message(n), qos=qos)
        client.check_msg()
    while len(got) < COUNT:
        client.sock.settimeout(20)
        client.wait_msg()
    for n in range(COUNT):
        assert got[n] == (b"to/board", message(n)), (n, got[n])
    count, right, trouble = ask("mqtt_heard", COUNT, work=True)
    assert (count, right, trouble) == (COUNT, COUNT, ""), (count, right, trouble)
    client.disconnect()
