"""Filters for what the module says: AT+SYSMSGFILTER, AT+SYSMSGFILTERCFG.

A filter takes its head and its tail out of a message that has both; the rest goes on. Every message is looked at,
final results and echo too.
"""
import re

from .codes import Fail
from .command import Command, command, part
from .sieve import Filter

CLEAR, ADD, DELETE = range(3)
MOST = 64


@part("filters")
class Filters:
    """m.filters."""

    def __init__(self, m):
        self.m = m
        self.all = []

    def enable(self, yes):
        self.m.sieve = self._sieve if yes else None

    def _sieve(self, data):
        for one in self.all:
            left = one.apply(data)
            if left is not None:
                return left
        return data


@command("+SYSMSGFILTER")
class Enable(Command):
    async def query(self, m):
        m.say(f"+SYSMSGFILTER:{int(m.sieve is not None)}")

    async def set(self, m, args):
        enable = args.int(0, 1)
        args.end()
        m.filters.enable(enable)


@command("+SYSMSGFILTERCFG")
class Configure(Command):
    async def query(self, m):
        for at, one in enumerate(m.filters.all):
            m.say(b'+SYSMSGFILTERCFG:%d,"%s","%s"' % (at, *one.pair))

    async def set(self, m, args):
        operation = args.int(CLEAR, DELETE)
        if operation == CLEAR:
            args.end()
            m.filters.all = []
            return
        head, tail = args.int(0, MOST), args.int(0, MOST)
        if not head and not tail:
            raise args.reject()
        args.end()
        data = await m.data_phase(head + tail)
        self._change(m.filters, operation, data[:head], data[head:])

    @staticmethod
    def _change(filters, operation, head, tail):
        known = [one for one in filters.all if one.pair == (head, tail)]
        if operation == ADD:
            try:
                filters.all.append(Filter(head, tail))
            except re.error:
                raise Fail() from None
        elif known:
            filters.all.remove(known[0])
        else:
            raise Fail()
