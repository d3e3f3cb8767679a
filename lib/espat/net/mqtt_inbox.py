"""Received MQTT messages, and which subscription they belong to."""

from micropython import const

from espat.counted import Counted
from espat.net.inbox import Inbox

_FULL = const(1000)  # bytes of topic and data from which on a piece may have filled the module's buffer of 1024


class Topics(Inbox):
    """+MQTTSUBRECV:0,"<topic>",<n>,<bytes>. What follows a first piece may come without a topic, or with the same."""

    def __init__(self, room):
        super().__init__(b"+MQTTSUBRECV:0,", 1, 2, room)

    def head(self, buf, a, b):
        """See Counted.head()."""
        at = Counted.head(self, buf, a, b)
        if at > 0:
            end = at - 2
            while buf[end] != 44:  # back over the length
                end -= 1
            topic = bytes(buf[a + len(self.prefix) + 1 : end - 1])
            going = self.going()
            more = going and going[0] == topic
            self.begin(topic, more or not topic or self.size + len(topic) >= _FULL)
        return at


def matches(wanted, topic):
    """Whether a topic is one of a filter with + and # in it; both bytes."""
    if wanted[:1] in (b"+", b"#") and topic[:1] == b"$":
        return False
    wanted = wanted.split(b"/")
    levels = topic.split(b"/")
    for i, level in enumerate(wanted):
        if level == b"#":
            return True
        if i >= len(levels) or level not in (b"+", levels[i]):
            return False
    return len(wanted) == len(levels)
