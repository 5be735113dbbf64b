"""Named facts: errors told apart by class; the words for people stand in `netral/words/facts.py`."""


class NetralError(Exception):
    """A fact that stops a request; nothing has been written."""


class NotFound(NetralError):
    """No such thing exists within the reach of the person who asks."""


class NotPermitted(NetralError):
    """The person who asks may not do this."""
