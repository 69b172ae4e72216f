"""When an event was said: the platform's own time where it can be trusted, else the time of arrival."""

from datetime import datetime, timedelta

AHEAD = timedelta(minutes=5)  # a platform's clock and ours differ by less
BEHIND = timedelta(days=1)  # what waits longer at the platform has waited for an outage of ours


def said_at(told: datetime, now: datetime, silent_since: datetime | None) -> datetime:
    """The instant (aware) from which 今天 and 下周三 are counted.

    `told` is the platform's time. It is not believed where it lies more than five minutes ahead of the arrival, or more than
    a day behind it, unless this process follows an outage (nobody was alive after `silent_since`) that covers it.
    """
    covered = silent_since is not None and told >= silent_since
    if told > now + AHEAD or (told < now - BEHIND and not covered):
        return now
    return min(told, now)
