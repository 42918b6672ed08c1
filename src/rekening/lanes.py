"""Paths side by side: a number type of compiled code that fills a whole register, one path a lane.

Arithmetic, comparisons and the functions here act on every lane at once, and a plain number stands for all
lanes. Such code is SIMD code by construction: nothing depends on what a compiler can prove about a loop, and
what one quantity hands to the next stays in registers.
"""

import operator
from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import float64, intp, types, void
from numba.core import cgutils
from numba.core.typeconv import Conversion
from numba.core.typing.templates import AttributeTemplate, ConcreteTemplate, infer_global, signature
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_builtin,
    lower_cast,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
)
from numba.np.arrayobj import make_array

from rekening.numerics import LANES

_BYTES = 8  # of a double
_DOUBLE, _INTEGER, _PLACE = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
_DOUBLES, _INTEGERS, _TRUTHS = (ir.VectorType(kind, LANES) for kind in (_DOUBLE, _INTEGER, ir.IntType(1)))


class Lanes(types.Type):  # type: ignore[misc]  # the library has no types
    """A double a lane."""

    def can_convert_from(self, typing: Any, other: Any) -> Any:
        """A plain number stands for all lanes."""
        return Conversion.promote if isinstance(other, (types.Float, types.Integer)) else None


class Truths(types.Type):  # type: ignore[misc]
    """A truth a lane."""


class Rows(types.Type):  # type: ignore[misc]
    """Quantities of paths side by side, by name: rows of an array, one after another.

    Only a place in memory: the array must be in use for as long as its rows are.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(name=f"rows({', '.join(names)})")
        self.places = {name: place * LANES for place, name in enumerate(names)}


lanes, truths = Lanes(name="lanes"), Truths(name="truths")


def _held_as(kind: type[types.Type], form: Any) -> None:
    class Model(models.PrimitiveModel):  # type: ignore[misc]
        def __init__(self, manager: Any, of: Any) -> None:
            super().__init__(manager, of, form)

    register_model(kind)(Model)


_held_as(Lanes, _DOUBLES)
_held_as(Truths, _TRUTHS)
_held_as(Rows, _DOUBLE.as_pointer())


def _spread(builder: Any, value: Any, vector: Any) -> Any:
    """The same value in every lane."""
    empty = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(empty, value, ir.Constant(_PLACE, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_PLACE, LANES), [0] * LANES))


def _call(builder: Any, name: str, result: Any, *arguments: Any) -> Any:
    kind = ir.FunctionType(result, [each.type for each in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def _pointer(builder: Any, doubles: Any, place: Any, vector: Any = _DOUBLES) -> Any:
    return builder.bitcast(builder.gep(doubles, [place]), vector.as_pointer())


def _cast(context: Any, builder: Any, given: Any, wanted: Any, value: Any) -> Any:
    return _spread(builder, context.cast(builder, value, given, float64), _DOUBLES)


for _plain in (types.Float, types.Integer, types.IntegerLiteral):
    lower_cast(_plain, lanes)(_cast)


def _operation(code: Callable[..., Any], inputs: list[Any], result: Any, *functions: Any) -> None:
    """Make functions act on lanes: the builder's code from values to a value."""

    def lowered(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        return code(builder, *arguments)

    for function in functions:
        typed = {"key": function, "cases": [signature(result, *inputs)]}
        template = type("Typing", (ConcreteTemplate,), typed)
        infer_global(function)(template)
        lower_builtin(function, *inputs)(lowered)


def _one_of(comparison: str) -> Callable[..., Any]:
    """The second where it compares so with the first, else the first: as for plain numbers."""
    return lambda builder, a, b: builder.select(builder.fcmp_ordered(comparison, b, a), b, a)


def _compared(comparison: str) -> Callable[..., Any]:
    return lambda builder, a, b: builder.fcmp_ordered(comparison, a, b)


_PAIR = [lanes, lanes]
_operation(lambda builder, a, b: builder.fadd(a, b), _PAIR, lanes, operator.add, operator.iadd)
_operation(lambda builder, a, b: builder.fsub(a, b), _PAIR, lanes, operator.sub, operator.isub)
_operation(lambda builder, a, b: builder.fmul(a, b), _PAIR, lanes, operator.mul, operator.imul)
_operation(lambda builder, a, b: builder.fdiv(a, b), _PAIR, lanes, operator.truediv)
_operation(lambda builder, a: builder.fneg(a), [lanes], lanes, operator.neg)
_operation(lambda builder, a: _call(builder, f"llvm.fabs.v{LANES}f64", _DOUBLES, a), [lanes], lanes, abs)
_operation(_one_of(">"), _PAIR, lanes, max)
_operation(_one_of("<"), _PAIR, lanes, min)
_operation(_compared(">"), _PAIR, truths, operator.gt)
_operation(_compared(">="), _PAIR, truths, operator.ge)
_operation(_compared("<="), _PAIR, truths, operator.le)
_operation(lambda builder, a, b: builder.or_(a, b), [truths, truths], truths, operator.or_)


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]
    key = Rows

    def generic_resolve(self, kind: Any, name: str) -> Any:
        return lanes if name in kind.places else None


def _get(context: Any, builder: Any, kind: Any, rows: Any, name: str) -> Any:
    return builder.load(_pointer(builder, rows, ir.Constant(_INTEGER, kind.places[name])), align=_BYTES)


def _set(context: Any, builder: Any, given: Any, arguments: Any, name: str) -> None:
    rows, value = arguments
    place = ir.Constant(_INTEGER, given.args[0].places[name])
    builder.store(value, _pointer(builder, rows, place), align=_BYTES)


lower_getattr_generic(Rows)(_get)
lower_setattr_generic(Rows)(_set)


def instruction(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function that says its types and builds its own code known to compiled code."""
    return cast(Callable[..., Any], intrinsic(function))


def _data(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    return make_array(kind)(context, builder, array).data


def rows_of(names: tuple[str, ...]) -> Callable[..., Any]:
    """Make the compiled function that reads an array, from a place on, as rows of lanes with these names."""
    kind = Rows(names)

    @instruction
    def rows(typing: Any, array: Any, first: Any) -> Any:
        def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
            return builder.gep(_data(context, builder, given.args[0], arguments[0]), [arguments[1]])

        return kind(array, intp), code

    return rows


@instruction
def row(typing: Any, rows: Any, number: Any) -> Any:
    """A quantity by its number."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        rows, number = arguments
        place = builder.mul(number, ir.Constant(number.type, LANES))
        return builder.load(_pointer(builder, rows, place), align=_BYTES)

    return lanes(rows, intp), code


@instruction
def take(typing: Any, array: Any, first: Any) -> Any:
    """The lanes that begin at a place of an array."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        data = _data(context, builder, given.args[0], arguments[0])
        return builder.load(_pointer(builder, data, arguments[1]), align=_BYTES)

    return lanes(array, intp), code


@instruction
def put(typing: Any, array: Any, first: Any, value: Any) -> Any:
    """Set the lanes that begin at a place of an array."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        data = _data(context, builder, given.args[0], arguments[0])
        builder.store(arguments[2], _pointer(builder, data, arguments[1]), align=_BYTES)
        return context.get_dummy_value()

    return void(array, intp, lanes), code


@instruction
def put_back(typing: Any, offsets: Any, first: Any, rows: Any) -> Any:
    """Set how far each lane looks back in a ring of rows: whole rows, less its own place in the row."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        offsets, first, rows = arguments
        data = _data(context, builder, given.args[0], offsets)
        doubles = builder.mul(builder.fptosi(rows, _INTEGERS), ir.Constant(_INTEGERS, [LANES] * LANES))
        back = builder.sub(doubles, ir.Constant(_INTEGERS, list(range(LANES))))
        builder.store(back, _pointer(builder, data, first, _INTEGERS), align=_BYTES)
        return context.get_dummy_value()

    return void(offsets, intp, lanes), code


@instruction
def look_back(typing: Any, ring: Any, here: Any, offsets: Any, first: Any) -> Any:
    """Values of a ring before a row that begins at ``here``, each lane as far back as its own offset.

    The offsets of the lanes begin at ``first``.
    """

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        ring, here, offsets, first = arguments
        data = _data(context, builder, given.args[0], ring)
        back = _pointer(builder, _data(context, builder, given.args[2], offsets), first, _INTEGERS)
        address = builder.ptrtoint(builder.gep(data, [here]), _INTEGER)
        distance = builder.mul(builder.load(back, align=_BYTES), ir.Constant(_INTEGERS, [_BYTES] * LANES))
        pointers = ir.VectorType(_DOUBLE.as_pointer(), LANES)
        return _call(
            builder,
            f"llvm.masked.gather.v{LANES}f64.v{LANES}p0",
            _DOUBLES,
            builder.inttoptr(builder.sub(_spread(builder, address, _INTEGERS), distance), pointers),
            ir.Constant(_PLACE, _BYTES),
            ir.Constant(_TRUTHS, [1] * LANES),
            ir.Constant(_DOUBLES, ir.Undefined),
        )

    return lanes(ring, intp, offsets, intp), code


@instruction
def sums_across(typing: Any, rows: Any, first: Any) -> Any:
    """Sum each of as many quantities as there are lanes, from a number on, over its lanes: a sum a lane.

    Neighbours are added first, then pairs, then fours: the steps of a transposition.
    """

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        rows, first = arguments

        def added(a: Any, b: Any, width: int) -> Any:
            halves = []
            for half in (0, width):
                blocks = range(half, LANES, 2 * width)
                order = [side + at + k for at in blocks for side in (0, LANES) for k in range(width)]
                places = ir.Constant(ir.VectorType(_PLACE, LANES), order)
                halves.append(builder.shuffle_vector(a, b, places))
            return builder.fadd(*halves)

        start = builder.mul(first, ir.Constant(first.type, LANES))
        places = [builder.add(start, ir.Constant(start.type, k * LANES)) for k in range(LANES)]
        parts = [builder.load(_pointer(builder, rows, place), align=_BYTES) for place in places]
        width = 1
        while len(parts) > 1:
            parts = [added(a, b, width) for a, b in zip(parts[::2], parts[1::2], strict=True)]
            width *= 2
        return parts[0]

    return lanes(rows, intp), code


@instruction
def every(typing: Any, x: Any) -> Any:
    """The same number in every lane."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        return arguments[0]

    return lanes(lanes), code


@instruction
def floor(typing: Any, x: Any) -> Any:
    """The largest whole number that is not above."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        return _call(builder, f"llvm.floor.v{LANES}f64", _DOUBLES, *arguments)

    return lanes(lanes), code


def _number(*given: Any) -> Any:
    """Lanes if any of the inputs is, else a plain number."""
    return lanes if lanes in given else float64


@instruction
def where(typing: Any, condition: Any, a: Any, b: Any) -> Any:
    """The one number or the other, lane by lane (or of two plain ones)."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    number = lanes if condition == truths else float64
    return number(condition, number, number), code


@instruction
def fma(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a * b + c, rounded once; for lanes or plain numbers."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        name = f"llvm.fma.v{LANES}f64" if given.return_type == lanes else "llvm.fma.f64"
        return _call(builder, name, arguments[0].type, *arguments)

    number = _number(a, b, c)
    return number(number, number, number), code


_MANTISSA_BITS, _BIAS = 52, 1023


def _bits(number: Any, value: int) -> Any:
    """A pattern of 64 bits, in every lane if the number has lanes."""
    if isinstance(number.type, ir.VectorType):
        return ir.Constant(_INTEGERS, [value] * LANES)
    return ir.Constant(_INTEGER, value)


@instruction
def mantissa(typing: Any, x: Any) -> Any:
    """Digits of a normal positive number as a number from 1 to 2; for lanes or plain numbers."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        [x] = arguments
        digits, one = _bits(x, (1 << _MANTISSA_BITS) - 1), _bits(x, _BIAS << _MANTISSA_BITS)
        bits = builder.and_(builder.bitcast(x, one.type), digits)
        return builder.bitcast(builder.or_(bits, one), x.type)

    number = _number(x)
    return number(number), code


@instruction
def exponent(typing: Any, x: Any) -> Any:
    """Return 2**52 plus the biased exponent of a normal positive number; for lanes or plain numbers."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        [x] = arguments
        large = _bits(x, (_BIAS + _MANTISSA_BITS) << _MANTISSA_BITS)
        bits = builder.lshr(builder.bitcast(x, large.type), _bits(x, _MANTISSA_BITS))
        return builder.bitcast(builder.or_(bits, large), x.type)

    number = _number(x)
    return number(number), code


@instruction
def scaled(typing: Any, x: Any, rounded: Any) -> Any:
    """Return x times 2**n for the integer n in the low bits of ``rounded``; for lanes or plain numbers."""

    def code(context: Any, builder: Any, given: Any, arguments: Any) -> Any:
        x, rounded = arguments
        shift = _bits(x, _MANTISSA_BITS)
        power = builder.shl(builder.bitcast(rounded, shift.type), shift)
        return builder.bitcast(builder.add(builder.bitcast(x, shift.type), power), x.type)

    number = _number(x, rounded)
    return number(number, number), code
