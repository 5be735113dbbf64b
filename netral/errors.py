"""Named facts: what can be wrong, told apart by class; the words for people stand in `netral/words/facts.py`."""


class NetralError(Exception):
    """A fact that stops what was asked; nothing has been written."""


class NotFound(NetralError):
    """No such thing within the reach of who asks."""


class NotPermitted(NetralError):
    """The person who asks may not do this."""
