"""What the tabs need of the future in which the assistant loads.

A `Future` of one thing does not pass for a `Future` of what that thing can do, for it could be
given another result. Who only waits for the result may have it as either.
"""

from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Loading(Protocol[T_co]):
    """Something that may still be loading."""

    def done(self) -> bool:
        """Whether it is there."""

    def result(self) -> T_co:
        """It, once it is there. Raises what its loading raised."""
