"""Events as objects of classes: what goes in comes back, from raw JSON straight into the class."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, make_dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import attrs
import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onefold import Event, EventRegistry, InvalidArgumentError, InvalidEventError, MemoryStore, Metadata, UpcastError
from typing_extensions import TypedDict

from tests.python.support import OpenStore, every_store


class Currency(Enum):
    EUR = "EUR"
    USD = "USD"


@dataclass(frozen=True)
class Frozen:
    at: datetime
    order: UUID
    total: Decimal
    currency: Currency
    notes: list[str] = field(default_factory=list)


@dataclass
class Mutable:
    at: datetime
    order: UUID
    total: Decimal
    currency: Currency
    notes: list[str] = field(default_factory=list)


class Struct(msgspec.Struct):
    at: datetime
    order: UUID
    total: Decimal
    currency: Currency
    notes: list[str] = []


class Model(pydantic.BaseModel):
    at: datetime
    order: UUID
    total: Decimal
    currency: Currency
    notes: list[str] = []


@attrs.define
class Attrs:
    at: datetime
    order: UUID
    total: Decimal
    currency: Currency
    notes: list[str] = attrs.Factory(list)


class Typed(TypedDict):
    order: str
    total_cents: int


@dataclass
class Line:
    price: float


@dataclass
class Basket:
    items: list[Line]


class BasketModel(pydantic.BaseModel):
    items: list[Line]


CLASSES = [Frozen, Mutable, Struct, Model, Attrs]
every_class = pytest.mark.parametrize("cls", CLASSES)

FIELDS: dict[str, Any] = {
    "at": datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=timezone.utc),
    "order": UUID("018f3c5e-0000-7000-8000-00000000000a"),
    "total": Decimal("10.10"),
    "currency": Currency.EUR,
    "notes": ["ring twice", "\u0000 ∞"],
}
AS_JSON = {
    "at": "2026-02-28T23:59:59.123456Z",
    "order": "018f3c5e-0000-7000-8000-00000000000a",
    "total": "10.10",
    "currency": "EUR",
    "notes": ["ring twice", "\u0000 ∞"],
}


def registry_of(*classes: type) -> EventRegistry:
    events = EventRegistry()
    for cls in classes:
        events.type(cls.__name__)(cls)
    return events


@every_store
@every_class
def test_a_typed_event_comes_back_equal(open_store: OpenStore, cls: type, tmp_path: Path) -> None:
    with open_store(tmp_path, events=registry_of(*CLASSES)) as store:
        store.append("Order-1", [cls(**FIELDS)])
        [stored] = store.read_stream("Order-1")
        assert stored.type == cls.__name__
        assert type(stored.event) is cls
        assert stored.event == cls(**FIELDS)
        assert stored.event is stored.event
        assert stored.data == AS_JSON
        assert json.loads(stored.raw) == AS_JSON


MOMENTS = st.datetimes(timezones=st.just(timezone.utc))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)


@given(
    fields=st.fixed_dictionaries(
        {
            "at": MOMENTS,
            "order": st.uuids(),
            "total": DECIMALS,
            "currency": st.sampled_from(Currency),
            "notes": st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
        }
    )
)
@every_class
def test_any_fields_come_back_equal(cls: type, fields: dict[str, Any]) -> None:
    store = MemoryStore(events=registry_of(cls))
    store.append("Order-1", [cls(**fields)])
    assert store.read_stream("Order-1")[0].event == cls(**fields)


def test_a_moment_keeps_its_instant_in_any_time_zone() -> None:
    store = MemoryStore(events=registry_of(Frozen))
    local = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    store.append("Order-1", [Frozen(**FIELDS | {"at": local})])
    assert store.read_stream("Order-1")[0].event.at == local


def test_a_typed_dict_is_given_as_an_event_and_read_as_a_dict() -> None:
    store = MemoryStore(events=registry_of(Typed))
    placed: Typed = {"order": "o-1", "total_cents": 5000}
    store.append("Order-1", [Event("Typed", placed)])
    assert store.read_stream("Order-1")[0].event == placed


@every_store
def test_a_plain_dict_with_a_type_is_an_event(open_store: OpenStore, tmp_path: Path) -> None:
    id = str(uuid4())
    with open_store(tmp_path) as store:
        store.append(
            "Order-1",
            [
                {"type": "OrderPlaced", "data": {"total_cents": 5000}},
                {"type": "OrderPaid"},
                {"type": "OrderShipped", "id": id, "schema_version": 2, "metadata": {"tenant": "t", "extra": {"a": 1}}},
            ],
        )
        placed, paid, shipped = store.read_stream("Order-1")
        assert (placed.type, placed.data) == ("OrderPlaced", {"total_cents": 5000})
        assert (paid.type, paid.data) == ("OrderPaid", None)
        assert (shipped.id, shipped.schema_version) == (id, 2)
        assert shipped.metadata == Metadata(tenant="t", extra={"a": 1})
        assert shipped.event == Event(
            "OrderShipped", None, id=id, schema_version=2, metadata=Metadata(tenant="t", extra={"a": 1})
        )


def test_a_dict_with_other_keys_is_refused_by_name() -> None:
    store = MemoryStore()
    with pytest.raises(InvalidEventError, match="put this into data") as refused:
        store.append("Order-1", [{"type": "OrderPlaced", "total_cents": 5000}])
    assert refused.value.path == "total_cents"
    with pytest.raises(InvalidEventError, match="needs a") as refused:
        store.append("Order-1", [{"data": {}}])
    assert refused.value.path == "type"
    assert store.head() == 0


def test_an_event_without_a_registry_is_an_event_object() -> None:
    store = MemoryStore()
    given = Event("OrderPlaced", {"total_cents": 5000}, metadata=Metadata(correlation_id="req-1"))
    store.append("Order-1", [given])
    seen = store.read_stream("Order-1")[0].event
    assert isinstance(seen, Event)
    assert (seen.type, seen.data, seen.metadata) == (given.type, given.data, given.metadata)
    assert seen.schema_version == 1


@every_store
@every_class
def test_a_typed_event_takes_an_id_and_metadata(open_store: OpenStore, cls: type, tmp_path: Path) -> None:
    id, metadata = uuid4(), Metadata(causation_id="c", extra={"user": "u-7"})
    with open_store(tmp_path, events=registry_of(*CLASSES)) as store:
        result = store.append("Order-1", [Event.of(cls(**FIELDS), id=id, metadata=metadata)])
        again = store.append("Order-1", [Event.of(cls(**FIELDS), id=str(id).upper())])
        [stored] = store.read_stream("Order-1")
        assert (stored.id, stored.metadata, stored.event) == (str(id), metadata, cls(**FIELDS))
        assert not result.duplicate
        assert again.duplicate


@every_store
@every_class
def test_an_old_event_is_upcast_into_the_class(open_store: OpenStore, cls: type, tmp_path: Path) -> None:
    events = EventRegistry()
    events.type("OrderPlaced", version=3, aliases=["OrderCreated"])(cls)
    events.upcast("OrderPlaced", 1, rename={"placed_at": "at"}, add={"currency": "USD"}, remove=["colour"])

    @events.upcast("OrderPlaced", 2)
    def in_units(data: dict[str, Any]) -> dict[str, Any]:
        cents = data.pop("total_cents")
        return data | {"total": f"{cents // 100}.{cents % 100:02}"}

    first = {"placed_at": AS_JSON["at"], "order": AS_JSON["order"], "total_cents": 1010, "colour": "red"}
    with open_store(tmp_path, events=events) as store:
        store.append("Order-1", [Event("OrderCreated", first, schema_version=1)])
        [stored] = store.read_stream("Order-1")
        assert stored.event == cls(**FIELDS | {"currency": Currency.USD, "notes": []})
        assert (stored.type, stored.schema_version) == ("OrderPlaced", 3)
        assert stored.data == json.loads(stored.raw)
        assert stored.data == {key: AS_JSON[key] for key in ("at", "order", "total")} | {"currency": "USD"}


@every_store
@every_class
def test_data_that_does_not_fit_the_class_is_an_upcast_error_with_its_cause(
    open_store: OpenStore, cls: type, tmp_path: Path
) -> None:
    with open_store(tmp_path, events=registry_of(*CLASSES)) as store:
        store.append("Order-1", [Event(cls.__name__, AS_JSON | {"currency": "shells"})])
        [stored] = store.read_stream("Order-1")
        assert stored.data["currency"] == "shells"
        with pytest.raises(UpcastError, match=r"shells|currency") as refused:
            _ = stored.event
        assert (refused.value.type, refused.value.schema_version) == (cls.__name__, 1)
        assert isinstance(refused.value.__cause__, msgspec.ValidationError | pydantic.ValidationError)
        assert "mend the class" in str(refused.value)


@pytest.mark.parametrize("events", [None, EventRegistry(), registry_of(Frozen)])
@pytest.mark.parametrize("given", [Mutable(**FIELDS), Struct(**FIELDS), Model(**FIELDS), Attrs(**FIELDS), object()])
def test_an_object_of_a_class_that_is_not_registered_is_refused(events: EventRegistry | None, given: object) -> None:
    store = MemoryStore(events=events)
    for event in (given, Event.of(given)):
        with pytest.raises(InvalidEventError, match=f"{type(given).__name__}.*register") as refused:
            store.append("Order-1", [event])
        assert refused.value.path == "type"
    assert store.head() == 0


@every_store
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_nan_inside_a_typed_event_is_refused_with_its_path(
    open_store: OpenStore, number: float, tmp_path: Path
) -> None:
    with open_store(tmp_path, events=registry_of(Basket, BasketModel)) as store:
        for basket in (
            Basket([Line(1.0), Line(number)]),
            BasketModel(items=[Line(1.0), Line(number)]),
        ):
            with pytest.raises(InvalidEventError) as refused:
                store.append("Basket-1", [basket])
            assert refused.value.path == "data.items[1].price"
        assert store.head() == 0


def test_what_no_codec_can_write_is_refused_with_the_codecs_error_as_cause() -> None:
    @dataclass
    class Holds:
        thing: Any

    store = MemoryStore(events=registry_of(Holds))
    with pytest.raises(InvalidEventError) as refused:
        store.append("Thing-1", [Holds(object())])
    assert refused.value.path == "data"
    assert isinstance(refused.value.__cause__, TypeError)
    assert store.head() == 0


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interrupt_within_a_codec_comes_out(interrupt: BaseException) -> None:
    class Interrupted(pydantic.BaseModel):
        when: str

        @pydantic.field_validator("when")
        @classmethod
        def check(cls, when: str) -> str:
            raise interrupt

    store = MemoryStore(events=registry_of(Interrupted))
    store.append("Order-1", [Event("Interrupted", {"when": "now"})])
    [stored] = store.read_all()
    with pytest.raises(type(interrupt)) as raised:
        _ = stored.event
    assert raised.value is interrupt


def test_one_class_for_two_types_is_refused() -> None:
    events = EventRegistry()
    events.type("A")(Frozen)
    with pytest.raises(InvalidArgumentError, match="`Frozen` is the class of `A` already"):
        events.type("B")(Frozen)


def test_two_classes_for_one_type_are_refused() -> None:
    events = EventRegistry()
    events.type("A")(Frozen)
    with pytest.raises(InvalidArgumentError, match="`A` has the class `Frozen`"):
        events.bind("A")(Mutable)


@pytest.mark.parametrize("cls", [int, object, Exception, len, "Frozen", None, Mutable(**FIELDS)])
def test_a_class_that_has_no_codec_is_refused_when_it_is_registered(cls: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="dataclass") as refused:
        EventRegistry().type("A")(cls)
    assert refused.value.argument == "class"


@pytest.mark.parametrize("annotation", ["Absent", dict[int | str, int] | dict[str, str]])
def test_a_class_with_fields_that_no_codec_reads_is_refused_when_it_is_registered(annotation: Any) -> None:
    holds = make_dataclass("Holds", [("thing", annotation)])
    with pytest.raises(InvalidArgumentError, match=r"Holds.*no codec reads") as refused:
        EventRegistry().type("A")(holds)
    assert refused.value.__cause__ is not None


def test_a_pydantic_alias_is_what_is_stored() -> None:
    class Aliased(pydantic.BaseModel):
        total_cents: int = pydantic.Field(alias="totalCents")

    store = MemoryStore(events=registry_of(Aliased))
    store.append("Order-1", [Aliased(totalCents=1)])
    [stored] = store.read_stream("Order-1")
    assert stored.data == {"totalCents": 1}
    assert stored.event == Aliased(totalCents=1)


def test_a_subclass_of_a_registered_class_is_not_taken_for_it() -> None:
    @dataclass(frozen=True)
    class Special(Frozen):
        extra: int = 0

    store = MemoryStore(events=registry_of(Frozen))
    with pytest.raises(InvalidEventError, match="Special"):
        store.append("Order-1", [Special(**FIELDS)])


def test_a_product_of_a_split_is_typed_by_its_own_type() -> None:
    @dataclass
    class Paid:
        cents: int

    @dataclass
    class Shipped:
        carrier: str

    events = registry_of(Paid, Shipped)
    events.type("Done", version=2)

    @events.upcast("Done", 1)
    def split(data: dict[str, Any]) -> list[Any]:
        return [("Paid", {"cents": data["cents"]}), ("Shipped", {"carrier": data["carrier"]})]

    store = MemoryStore(events=events)
    store.append("Order-1", [Event("Done", {"cents": 5, "carrier": "DHL"}, schema_version=1)])
    parts = store.read_stream("Order-1")
    assert [(part.event, part.part, part.version) for part in parts] == [(Paid(5), 0, 1), (Shipped("DHL"), 1, 1)]


def test_changing_what_was_read_changes_nothing_in_the_store() -> None:
    store = MemoryStore(events=registry_of(Mutable))
    given = Mutable(**FIELDS | {"notes": ["one"]})
    store.append("Order-1", [given])
    given.notes.append("two")
    store.read_stream("Order-1")[0].event.notes.append("three")
    store.read_stream("Order-1")[0].data["notes"].append("four")
    assert store.read_stream("Order-1")[0].event.notes == ["one"]


def test_an_object_that_could_not_be_read_back_is_refused(tmp_path: Path) -> None:
    class Paid(msgspec.Struct, frozen=True):
        cents: int

    @dataclass
    class Sent:
        to: list[str]

    events = EventRegistry()
    events.type("Paid")(Paid)
    events.type("Sent")(Sent)
    store = MemoryStore(events=events)
    wrong: list[Any] = [Paid("50"), Paid(5.0), Sent("ann"), Sent([1])]  # type: ignore[arg-type, list-item]
    for event in wrong:
        for appended in (event, Event.of(event)):
            with pytest.raises(InvalidEventError, match="event 1 at `data`: it does not fit its class") as refused:
                store.append("Order-1", [Paid(1), appended])
            assert refused.value.path == "data"
            assert isinstance(refused.value.__cause__, msgspec.ValidationError)
    assert store.head() == 0


def test_computed_fields_of_a_pydantic_model_are_not_stored() -> None:
    class Priced(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid")
        cents: int

        @pydantic.computed_field
        def doubled(self) -> int:
            return 2 * self.cents

    events = EventRegistry()
    events.type("Priced")(Priced)
    store = MemoryStore(events=events)
    store.append("Order-1", [Priced(cents=5)])
    [stored] = store.read_stream("Order-1")
    assert (stored.raw, stored.event) == (b'{"cents":5}', Priced(cents=5))


def test_an_object_of_another_types_class_is_refused() -> None:
    class Paid(msgspec.Struct, frozen=True):
        cents: int

    class Sent(msgspec.Struct, frozen=True):
        to: str

    events = EventRegistry()
    events.type("Paid")(Paid)
    events.type("Sent")(Sent)
    store = MemoryStore(events=events)
    for wrong in (Event("Sent", Paid(5)), {"type": "Sent", "data": Paid(5)}):
        with pytest.raises(InvalidEventError, match="does not fit its class"):
            store.append("Order-1", [wrong])
    assert store.head() == 0
