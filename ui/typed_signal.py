"""Signals that carry Python objects, typed for mypy; at run time each is a plain Signal of PySide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Generic, Protocol, TypeVarTuple, overload

    from PySide6.QtCore import QMetaObject, QObject, Qt, SignalInstance

    Carried = TypeVarTuple("Carried")

    class BoundSignal(Protocol[*Carried]):
        """The signal of one object: calls slots with its values or without them, and emits other signals."""

        # Two overloads, as mypy infers the types of a lambda only if one callable type is expected.
        @overload
        def connect(
            self, slot: Callable[[*Carried], object], type: Qt.ConnectionType = ...
        ) -> QMetaObject.Connection: ...

        @overload
        def connect(
            self, slot: Callable[[], object] | BoundSignal[*Carried] | SignalInstance, type: Qt.ConnectionType = ...
        ) -> QMetaObject.Connection: ...

        def emit(self, *carried: *Carried) -> None:
            """Call the slots."""

    class TypedSignal(Generic[*Carried]):
        """`found = TypedSignal[Results]()` in the body of a QObject is a signal that carries a Results."""

        def __get__(self, instance: QObject, owner: object) -> BoundSignal[*Carried]: ...

else:

    class TypedSignal:
        """Makes a plain signal that carries as many objects as types are named."""

        def __class_getitem__(cls, carried):
            count = len(carried) if isinstance(carried, tuple) else 1
            return lambda: Signal(*[object] * count)
