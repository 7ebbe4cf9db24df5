"""DynamoDB's client in memory: what the stores ask of it, twenty times as fast as moto.

It carries out the calls that ``core/dynamodb/table.py`` makes, with the expressions that PynamoDB
writes. It refuses what DynamoDB refuses of them, and raises for anything that no store asks. Each
call is atomic. Every test of a store runs over this client and over moto (tests/support/tables.py),
so that neither can differ from the other in what a store sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from operator import ge, gt, le, lt
from threading import RLock
from types import SimpleNamespace
from typing import Any, TypeAlias

from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.hooks import HierarchicalEmitter

from chalicelib.core.dynamodb.schema import Index, Schema
from chalicelib.core.dynamodb.table import Table
from infra.dev.moto_database import InTurn

Value: TypeAlias = dict[str, Any]
"""A value as DynamoDB writes it: ``{"S": "text"}``."""
Image: TypeAlias = dict[str, Value]
Place: TypeAlias = tuple[str, str]
"""A partition key and a sort key."""
Asked: TypeAlias = Mapping[str, Any]

MOST_IN_A_TRANSACTION = 100
_WORD = re.compile(r"\s*(<>|<=|>=|[#:]?\w+|[^\s\w])")


class _Table:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.indexes = {index.name: index for index in schema.indexes}
        self.items: dict[Place, Image] = {}


class MemoryDynamoDb:
    """The calls of botocore's client for DynamoDB, and of its events those that tests look at.

    ``before-send`` comes when a call is carried out: where a handler loses its answer, the call is
    repeated, as botocore does.
    """

    def __init__(self, tables: dict[str, _Table] | None = None) -> None:
        self.meta = SimpleNamespace(events=HierarchicalEmitter())
        self._tables = {} if tables is None else tables
        self._lock = RLock()

    def aside(self) -> MemoryDynamoDb:
        """Return another client of the same tables, whose calls no handler sees."""
        return MemoryDynamoDb(self._tables)

    def create(self, name: str, schema: Schema) -> str:
        """Create a table unless there is one, and return its name."""
        self._tables.setdefault(name, _Table(schema))
        return name

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """Return the call of an operation, as botocore makes them."""
        carry_out = getattr(type(self), f"_{method}", None)
        if carry_out is None:
            raise AttributeError(method)
        name = method.title().replace("_", "")
        emit = self.meta.events.emit

        def carried_out(params: Asked) -> Any:
            try:
                return _copied(carry_out(self, params))
            except ClientError as refusal:
                return refusal

        def call(**params: Any) -> Any:
            about: dict[str, Any] = {"model": SimpleNamespace(name=name), "context": {}}
            emit(f"before-parameter-build.dynamodb.{name}", params=params, **about)
            with self._lock:
                answer = carried_out(params)
                try:
                    emit(f"before-send.dynamodb.{name}", request=SimpleNamespace(url="memory"))
                except ReadTimeoutError:
                    answer = carried_out(params)
            refused = isinstance(answer, ClientError)
            parsed = answer.response if refused else answer
            emit(f"after-call.dynamodb.{name}", parsed=parsed, **about)
            if refused:
                raise answer
            return answer

        return call

    def _describe_table(self, asked: Asked) -> dict[str, Any]:
        return {"Table": self._tables[asked["TableName"]].schema.definition()}

    def _get_item(self, asked: Asked) -> dict[str, Any]:
        item = self._tables[asked["TableName"]].items.get(_place(asked["Key"]))
        return {"Item": item} if item is not None else {}

    def _batch_get_item(self, asked: Asked) -> dict[str, Any]:
        found = {}
        for name, wanted in asked["RequestItems"].items():
            places = [_place(key) for key in wanted["Keys"]]
            if len(set(places)) < len(places) or len(places) > MOST_IN_A_TRANSACTION:
                raise _refusal("ValidationException")
            items = self._tables[name].items
            found[name] = [
                _shown(items[place], wanted.get("ProjectionExpression"))
                for place in places
                if place in items
            ]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _query(self, asked: Asked) -> dict[str, Any]:
        table = self._tables[asked["TableName"]]
        index = table.indexes[asked["IndexName"]] if "IndexName" in asked else None
        partition, order = (index.partition, index.order) if index else ("pk", "sk")

        def rank(item: Asked) -> tuple[Any, Place]:
            return _plain(item[order]), _place(item)

        found = sorted(
            (
                item
                for item in table.items.values()
                if partition in item
                and order in item
                and _holds(asked["KeyConditionExpression"], asked, item)
            ),
            key=rank,
            reverse=not asked.get("ScanIndexForward", True),
        )
        if "ExclusiveStartKey" in asked:
            last = rank(asked["ExclusiveStartKey"])
            backwards = not asked.get("ScanIndexForward", True)
            found = [
                item for item in found if (rank(item) < last if backwards else rank(item) > last)
            ]
        shown = found[: asked.get("Limit")]
        answer: dict[str, Any] = {"Count": len(shown), "ScannedCount": len(shown)}
        if asked.get("Select") != "COUNT":
            answer["Items"] = [_projected(item, index) for item in shown]
        if len(shown) < len(found):
            keys = dict.fromkeys(("pk", "sk", partition, order))
            answer["LastEvaluatedKey"] = {name: shown[-1][name] for name in keys}
        return answer

    def _scan(self, asked: Asked) -> dict[str, Any]:
        """Read a whole table or index, as only tests do."""
        table = self._tables[asked["TableName"]]
        index = table.indexes.get(asked.get("IndexName", ""))
        shown = [
            _projected(item, index)
            for item in table.items.values()
            if index is None or {index.partition, index.order} <= item.keys()
        ]
        return {"Items": shown, "Count": len(shown)}

    def _put_item(self, asked: Asked) -> dict[str, Any]:
        self._check(asked, asked["Item"])
        self._write("Put", asked)
        return {}

    def _delete_item(self, asked: Asked) -> dict[str, Any]:
        self._check(asked, asked["Key"])
        self._write("Delete", asked)
        return {}

    def _update_item(self, asked: Asked) -> dict[str, Any]:
        self._check(asked, asked["Key"])
        before, after = self._write("Update", asked)
        match asked.get("ReturnValues", "NONE"):
            case "NONE":
                return {}
            case "ALL_NEW":
                return {"Attributes": after}
            case "ALL_OLD":
                return {"Attributes": before} if before else {}
            case "UPDATED_NEW":
                changed = {name: after[name] for name in after if before.get(name) != after[name]}
                return {"Attributes": changed}
        raise NotImplementedError(asked["ReturnValues"])

    def _execute_statement(self, asked: Asked) -> dict[str, Any]:
        """Insert an item: the one statement that a store makes."""
        verb, name, values = asked["Statement"].split('"')
        if verb != "INSERT INTO ":
            raise NotImplementedError(asked["Statement"])
        item = dict(zip(values.split("'")[1::2], asked["Parameters"], strict=True))
        if _place(item) in self._tables[name].items:
            raise _refusal("DuplicateItemException")
        self._write("Put", {"TableName": name, "Item": item})
        return {"Items": []}

    def _transact_write_items(self, asked: Asked) -> dict[str, Any]:
        parts = [next(iter(part.items())) for part in asked["TransactItems"]]
        places = {(part["TableName"], _place(part.get("Item") or part["Key"])) for _, part in parts}
        if len(places) < len(parts) or len(parts) > MOST_IN_A_TRANSACTION:
            raise _refusal("ValidationException")
        refusals = [self._refusal_of(part, part.get("Item") or part["Key"]) for _, part in parts]
        if any(refusals):
            reasons = [refusal or {"Code": "None"} for refusal in refusals]
            raise _refusal("TransactionCanceledException", CancellationReasons=reasons)
        before = {name: dict(self._tables[name].items) for name, _ in places}
        try:
            for kind, part in parts:
                self._write(kind, part)
        except ClientError:
            for name, items in before.items():
                self._tables[name].items = items
            raise
        return {}

    def _check(self, asked: Asked, key: Image) -> None:
        refusal = self._refusal_of(asked, key)
        if refusal is not None:
            raise _refusal(f"{refusal.pop('Code')}Exception", **refusal)

    def _refusal_of(self, asked: Asked, key: Image) -> dict[str, Any] | None:
        """Return why the condition of a write doesn't hold; None where it does."""
        item = self._tables[asked["TableName"]].items.get(_place(key))
        condition = asked.get("ConditionExpression")
        if condition is None or _holds(condition, asked, item or {}):
            return None
        refusal: dict[str, Any] = {"Code": "ConditionalCheckFailed"}
        if item is not None and asked.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
            refusal["Item"] = item
        return refusal

    def _write(self, kind: str, asked: Asked) -> tuple[Image, Image]:
        """Carry out a write, and return its item before and after."""
        table = self._tables[asked["TableName"]]
        place = _place(asked.get("Item") or asked["Key"])
        before, after = table.items.get(place, {}), Image()
        match kind:
            case "Put":
                after = _copied(asked["Item"])
            case "Update":
                after = _updated(asked, {**before, **_copied(asked["Key"])})
            case "Delete":
                table.items.pop(place, None)
                return before, after
            case _:
                raise NotImplementedError(kind)
        keys = (
            after.get(key, {"S": "-"})
            for index in table.indexes.values()
            for key in (index.partition, index.order)
        )
        if not all(place) or {"S": ""} in keys:
            raise _refusal("ValidationException")
        table.items[place] = after
        return before, after


class MemoryDatabase(InTurn):
    """A database in memory."""

    def __init__(self) -> None:
        super().__init__("nowhere", sleep=lambda _: None, dice=lambda: 0.5)
        self._client = MemoryDynamoDb()

    def table(self, name: str, schema: Schema) -> Table:
        """Return a table; it is created at the first use."""
        return Table(self, self._client.create(name, schema))


def _place(key: Asked) -> Place:
    return key["pk"]["S"], key["sk"]["S"]


def _refusal(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}, **_copied(more)}, "call")


def _copied(value: Any) -> Any:
    """Copy what comes in or goes out, so that neither side changes what the other has."""
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list | tuple | set) else value


def _shown(item: Image, names: str | None) -> Image:
    return {name: item[name] for name in names.split(", ")} if names else item


def _projected(item: Image, index: Index | None) -> Image:
    if index is None or index.shows is None:
        return item
    names = ("pk", "sk", index.partition, index.order, *index.shows)
    return {name: item[name] for name in names if name in item}


def _plain(value: Value) -> Any:
    """Read a value as it compares."""
    ((kind, inner),) = value.items()
    match kind:
        case "N":
            return Decimal(inner)
        case "SS" | "BS":
            return set(inner)
        case "NS":
            return {Decimal(each) for each in inner}
    return inner


# Expressions: read once, each to a function of the request and the item.

Read: TypeAlias = Callable[[Asked, Image], Any]
Path: TypeAlias = Callable[[Asked], list[str | int]]


def _holds(expression: str, asked: Asked, item: Image) -> bool:
    return bool(_condition(expression)(asked, item))


def _updated(asked: Asked, item: Image) -> Image:
    """Return the item that an update leaves; every right side is read from the item before it."""
    before = _copied(item)
    for change in _update(asked["UpdateExpression"]):
        change(asked, before, item)
    return item


@cache
def _condition(expression: str) -> Read:
    words = _Words(expression)
    read = words.condition()
    words.expect("")
    return read


@cache
def _update(expression: str) -> list[Callable[[Asked, Image, Image], None]]:
    words, changes = _Words(expression), []
    while words.next:
        clause = words.take()
        changes.append(words.change(clause))
        while words.skip(","):
            changes.append(words.change(clause))
    return changes


class _Words:
    """Reads an expression from its first word to its last."""

    def __init__(self, expression: str) -> None:
        self._words = [*_WORD.findall(expression), ""]
        self._at = 0

    @property
    def next(self) -> str:
        return self._words[self._at]

    def take(self) -> str:
        self._at += 1
        return self._words[self._at - 1]

    def skip(self, word: str) -> bool:
        found = self.next == word
        self._at += found
        return found

    def expect(self, word: str) -> None:
        if not self.skip(word):
            raise NotImplementedError(f"{self.next!r} for {word!r} in {' '.join(self._words)}")

    def condition(self) -> Read:
        left = self._single()
        while self.next in ("AND", "OR"):
            left = _both(self.take(), left, self._single())
        return left

    def _single(self) -> Read:
        if self.skip("("):
            inside = self.condition()
            self.expect(")")
            return inside
        if self.skip("NOT"):
            negated = self._single()
            return lambda asked, item: not negated(asked, item)
        if self.next in _FUNCTIONS:
            function = _FUNCTIONS[self.take()]
            arguments = self._arguments()
            return lambda asked, item: function(*(read(asked, item) for read in arguments))
        left, sign = self.operand(), self.take()
        if sign == "IN":
            choices = self._arguments()
            return lambda asked, item: any(
                _equal(left(asked, item), choice(asked, item)) for choice in choices
            )
        if sign == "BETWEEN":
            low = self.operand()
            self.expect("AND")
            within = _compared("<=", left, self.operand())
            return _both("AND", _compared(">=", left, low), within)
        return _compared(sign, left, self.operand())

    def _arguments(self) -> list[Read]:
        self.expect("(")
        arguments = [self.operand()]
        while self.skip(","):
            arguments.append(self.operand())
        self.expect(")")
        return arguments

    def operand(self) -> Read:
        """Read a path, a value, or what is computed from some; None where a path leads nowhere."""
        left = self._term()
        while self.next in ("+", "-"):
            left = _sum(self.take(), left, self._term())
        return left

    def _term(self) -> Read:
        if self.next.startswith(":"):
            name = self.take()
            return lambda asked, _: asked["ExpressionAttributeValues"][name]
        if self.next in _COMPUTED:
            function = _COMPUTED[self.take()]
            arguments = self._arguments()
            return lambda asked, item: function(*(read(asked, item) for read in arguments))
        path = self.path()
        return lambda asked, item: _follow(item, path(asked))

    def path(self) -> Path:
        steps: list[str | int] = [self.take()]
        while self.next in (".", "["):
            if self.skip("."):
                steps.append(self.take())
            else:
                self.expect("[")
                steps.append(int(self.take()))
                self.expect("]")
        return lambda asked: [
            asked["ExpressionAttributeNames"][step] if str(step).startswith("#") else step
            for step in steps
        ]

    def change(self, clause: str) -> Callable[[Asked, Image, Image], None]:
        """Read one action of an update's clause."""
        path = self.path()
        match clause:
            case "SET":
                self.expect("=")
                value = self.operand()
                return lambda asked, before, item: _set(item, path(asked), value(asked, before))
            case "REMOVE":
                return lambda asked, _, item: _set(item, path(asked), None, remove=True)
            case "ADD" | "DELETE":
                more = self.operand()
                combine = _added if clause == "ADD" else _deleted
                return lambda asked, before, item: _set(
                    item,
                    path(asked),
                    combine(_follow(before, path(asked)), more(asked, before)),
                    remove=True,
                )
        raise NotImplementedError(clause)


def _both(word: str, left: Read, right: Read) -> Read:
    if word == "AND":
        return lambda asked, item: left(asked, item) and right(asked, item)
    return lambda asked, item: left(asked, item) or right(asked, item)


def _follow(item: Image, path: Sequence[str | int]) -> Value | None:
    value: Any = {"M": item}
    for step in path:
        ((kind, inner),) = value.items()
        if isinstance(step, int):
            value = inner[step] if kind == "L" and step < len(inner) else None
        else:
            value = inner.get(step) if kind == "M" else None
        if value is None:
            return None
    found: Value = value
    return found


def _set(
    item: Image, path: Sequence[str | int], value: Value | None, *, remove: bool = False
) -> None:
    *way, last = path
    around = _follow(item, way)
    if around is None or "M" not in around or (value is None and not remove):
        raise _refusal("ValidationException")
    if value is None:
        around["M"].pop(last, None)
    else:
        around["M"][last] = _copied(value)


def _equal(left: Value | None, right: Value | None) -> bool:
    if left is None or right is None:
        return False
    return left.keys() == right.keys() and bool(_plain(left) == _plain(right))


def _compared(sign: str, left: Read, right: Read) -> Read:
    compare = _COMPARED[sign]
    return lambda asked, item: compare(left(asked, item), right(asked, item))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value | None, Value | None], bool]:
    def compared(left: Value | None, right: Value | None) -> bool:
        if left is None or right is None or left.keys() != right.keys():
            return False
        return compare(_plain(left), _plain(right))

    return compared


def _sum(sign: str, left: Read, right: Read) -> Read:
    def read(asked: Asked, item: Image) -> Value:
        first, second = left(asked, item), right(asked, item)
        if first is None or second is None:
            raise _refusal("ValidationException")
        return _number(_plain(first) + (_plain(second) if sign == "+" else -_plain(second)))

    return read


def _number(number: Decimal) -> Value:
    return {"N": format(number.normalize(), "f")}


def _added(value: Value | None, more: Value) -> Value:
    ((kind, inner),) = more.items()
    if value is None:
        return more
    if kind not in value:
        raise _refusal("ValidationException")
    if kind == "N":
        return _number(_plain(value) + Decimal(inner))
    return {kind: sorted({*value[kind], *inner})}


def _deleted(value: Value | None, gone: Value) -> Value | None:
    if value is None:
        return None
    ((kind, inner),) = gone.items()
    left = sorted(set(value[kind]) - set(inner))
    return {kind: left} if left else None


def _contains(value: Value | None, part: Value) -> bool:
    if value is None:
        return False
    ((kind, inner),) = value.items()
    return (part in inner) if kind == "L" else (next(iter(part.values())) in inner)


def _size(value: Value | None) -> Value | None:
    return None if value is None else {"N": str(len(next(iter(value.values()))))}


_FUNCTIONS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "begins_with": lambda value, start: value is not None and value["S"].startswith(start["S"]),
    "contains": _contains,
}
_COMPUTED: dict[str, Callable[..., Value | None]] = {
    "if_not_exists": lambda value, otherwise: otherwise if value is None else value,
    "list_append": lambda first, second: {"L": [*first["L"], *second["L"]]},
    "size": _size,
}
_COMPARED: dict[str, Callable[[Value | None, Value | None], bool]] = {
    "=": _equal,
    "<>": lambda left, right: not _equal(left, right),
    "<": _ordered(lt),
    "<=": _ordered(le),
    ">": _ordered(gt),
    ">=": _ordered(ge),
}
