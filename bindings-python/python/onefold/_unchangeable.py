"""Which classes have objects that nobody can change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec import inspect

_SCALARS = (
    inspect.NoneType,
    inspect.BoolType,
    inspect.IntType,
    inspect.FloatType,
    inspect.StrType,
    inspect.BytesType,
    inspect.DateTimeType,
    inspect.DateType,
    inspect.TimeType,
    inspect.TimeDeltaType,
    inspect.UUIDType,
    inspect.DecimalType,
    inspect.EnumType,
    inspect.LiteralType,
)


def is_unchangeable(cls: type) -> bool:
    """Whether the class is frozen, and all that its objects hold as well: its fields, and nothing beside them.

    >>> import msgspec
    >>> from onefold._unchangeable import is_unchangeable
    >>> class Point(msgspec.Struct, frozen=True):
    ...     x: int
    >>> class Basket(msgspec.Struct, frozen=True):
    ...     items: list[str]
    >>> is_unchangeable(Point), is_unchangeable(Basket)
    (True, False)
    """
    return _is_unchangeable(inspect.type_info(cls), frozenset())


def _is_unchangeable(info: inspect.Type, within: frozenset[type]) -> bool:
    match info:
        case inspect.StructType(cls=cls, fields=fields):
            frozen = cls.__struct_config__.frozen and not _may_hold_more(cls)
            return cls in within or (frozen and _are_unchangeable(fields, within | {cls}))
        case inspect.DataclassType(cls=cls, fields=fields):
            parameters = getattr(cls, "__dataclass_params__", None)
            frozen = getattr(parameters, "frozen", False) and not _may_hold_more(cls)
            return cls in within or (frozen and _are_unchangeable(fields, within | {cls}))
        case inspect.UnionType(types=types) | inspect.TupleType(item_types=types):
            return all(_is_unchangeable(item, within) for item in types)
        case inspect.VarTupleType(item_type=item) | inspect.FrozenSetType(item_type=item):
            return _is_unchangeable(item, within)
        case _:
            return isinstance(info, _SCALARS)


def _may_hold_more(cls: type) -> bool:
    """Whether its objects may hold what is no field: what they cache, or what they make of their fields at first."""
    members = [member for base in cls.__mro__ for member in vars(base).values()]
    return hasattr(cls, "__post_init__") or any(isinstance(member, cached_property) for member in members)


def _are_unchangeable(fields: Iterable[inspect.Field], within: frozenset[type]) -> bool:
    return all(_is_unchangeable(field.type, within) for field in fields)
