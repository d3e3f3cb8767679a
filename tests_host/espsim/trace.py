"""A record of what went over the line, in the form of the project's transcripts.

"tx" is host to module, "rx" module to host; each character of `data` is one byte.
"""
import json


class Trace:
    """Keeps the last `limit` bytes of traffic; neighbours of one direction are joined."""

    def __init__(self, path=None, limit=16 << 20):
        self.path = path
        self.limit = limit
        self.size = 0
        self.pieces = []  # [direction, bytearray]

    def add(self, direction, data):
        if self.pieces and self.pieces[-1][0] == direction:
            self.pieces[-1][1].extend(data)
        else:
            self.pieces.append([direction, bytearray(data)])
        self.size += len(data)
        while self.size > self.limit and len(self.pieces) > 1:
            self.size -= len(self.pieces.pop(0)[1])

    def clear(self):
        self.pieces = []
        self.size = 0

    def bytes(self, direction):
        """All bytes of one direction, joined."""
        return b"".join(data for way, data in self.pieces if way == direction)

    def transcript(self, profile, notes=""):
        return {
            "id": "espsim",
            "source": "espsim",
            "firmware": f"simulated {profile}",
            "topic": "recorded by espsim",
            "notes": notes,
            "echo": "unknown",
            "fidelity": "exact",
            "log": [{"dir": way, "data": data.decode("latin-1")} for way, data in self.pieces],
            "expect": {"responses": [], "urcs": [], "ipd": []},
        }

    def save(self, profile, path=None):
        path = path or self.path
        if path:
            with open(path, "w", encoding="utf-8") as file:
                json.dump(self.transcript(profile), file, indent=1)
                file.write("\n")
