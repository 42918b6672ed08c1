"""Vector mathematics for compiled loops: random words by counter, ``exp``, ``log``, the normal quantile.

The functions are free of branches, so that a loop over paths becomes SIMD code, and they use an explicit
fused multiply-add, so that the vector body of a loop and its scalar remainder give the same bits.
"""

import logging
import sys
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import float64, njit, uint64
from numba.core import config, event
from numba.core.caching import IndexDataCacheFile
from numba.core.codegen import get_host_cpu_features

from rekening.lanes import exponent, fma, instruction, mantissa, scaled, where
from rekening.numerics import DIGEST_BYTES, LANES

_PRODUCTS = "scipy.linalg.cython_blas"
if _PRODUCTS not in sys.modules:
    # the compiler loads all of a large library to see if it multiplies matrices fast, a twentieth of the time
    # an answer has; no loop here does, and without it the compiler has a product of its own
    sys.modules[_PRODUCTS] = cast(Any, None)
    import_module("numba.np.arraymath")
    del sys.modules[_PRODUCTS]

if config.CPU_FEATURES is None and "+avx512f" in (_features := get_host_cpu_features()):
    # the compiler takes half of the widest registers, lest the clock slow down; these loops gain by the whole
    config.CPU_FEATURES = f"{_features},-prefer-256-bit"

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def compiled_from() -> tuple[str, int]:
    """Digest of every source that compiled code is made of: machine code of other sources is not used."""
    room = Path(__file__).parent
    futures = ("layout", "capacity", "quarter", "kernel", "draws")
    sources = [room / f"{name}.py" for name in ("vector", "lanes", "numerics", "ledger/kinds")]
    sources += [room / "futures" / f"{name}.py" for name in futures]
    digest = blake2b()
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest(), len(sources)


class _Notice(event.Listener):  # type: ignore[misc]  # the library has no types
    """Says so once when a function that is not kept yet begins to be compiled: that takes a while."""

    def __init__(self) -> None:
        self._said = False

    def on_start(self, event: Any) -> None:
        """Called by the compiler before it begins."""
        module = str(event.data["dispatcher"].py_func.__module__)
        if module.startswith(f"{__package__}.futures.") and not self._said:
            self._said = True
            logging.getLogger(__name__).info("rekening: compiling the model once (about 10 s) ...")

    def on_end(self, event: Any) -> None:
        """Called by the compiler once it is done."""


event.register("numba:compile", _Notice())


class CodeFiles(IndexDataCacheFile):  # type: ignore[misc]
    """Machine code of a function between runs: one file a signature, which says itself what it holds.

    The library keeps an index of the files. Processes that compile at once may lose a line of it, or take
    each other's file for their own; without an index they cannot.
    """

    def save(self, key: Any, data: Any) -> None:
        """Keep the code of a signature."""
        self._save_data(self._place(key), (self._held(key), data))

    def load(self, key: Any) -> Any:
        """Code of a signature; None where none is kept, or that of other sources."""
        try:
            held, data = self._load_data(self._place(key))
        except OSError:
            return None
        return data if held == self._held(key) else None

    def _place(self, key: Any) -> str:
        digest = blake2b(repr((self._version, key)).encode(), digest_size=DIGEST_BYTES).digest()
        return str(self._data_name(int.from_bytes(digest)))

    def _held(self, key: Any) -> tuple[Any, str]:
        return self._source_stamp, repr(key)


def compiled(function: Function) -> Function:
    """Compile a function without the interpreter lock and keep the machine code between runs."""
    dispatcher = njit(nogil=True, error_model="numpy")(function)
    dispatcher.enable_caching()
    # a constant of another module is compiled in, so the module's own date would let stale code through
    own = blake2b(Path(function.__code__.co_filename).read_bytes()).hexdigest()
    cache, name = dispatcher._cache, dispatcher._cache._impl.filename_base
    cache._cache_file = CodeFiles(cache.cache_path, name, (compiled_from(), own))
    return cast(Function, dispatcher)


def inlined(function: Function) -> Function:
    """Compile a function into every caller, so that a loop over it can become SIMD code."""
    return cast(Function, njit(inline="always", error_model="numpy")(function))


@inlined
def aligned(size: Any) -> Any:
    """Zeros that begin with a line of cache, so that no vector of them lies across two lines."""
    room = np.zeros(size + LANES)
    first = (-room.ctypes.data // room.itemsize) % LANES
    return room[first : first + size]


@instruction
def from_bits(typing: Any, x: Any) -> Any:
    """Return the double that has the given 64 bits."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return float64(uint64), code


# Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011): the constants of the paper.
LOW_WORD = np.uint64(0xFFFFFFFF)
HALF_WORD = np.uint64(32)
QUARTER_SHIFT = np.uint64(16)  # of a quarter in the second word of a counter: room for 2**17 shocks
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)


@inlined
def _philox_round(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    p0 = _MULTIPLIER_0 * c0
    p1 = _MULTIPLIER_1 * c2
    return (p1 >> HALF_WORD) ^ c1 ^ k0, p1 & LOW_WORD, (p0 >> HALF_WORD) ^ c3 ^ k1, p0 & LOW_WORD


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four random 32-bit words (in 64-bit integers) that belong to a counter of four words and a key of two.

    Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
    """
    for _ in range(9):
        c0, c1, c2, c3 = _philox_round(c0, c1, c2, c3, k0, k1)
        k0 = (k0 + _WEYL_0) & LOW_WORD
        k1 = (k1 + _WEYL_1) & LOW_WORD
    return _philox_round(c0, c1, c2, c3, k0, k1)


_DROP = np.uint64(12)
_ONE = np.uint64(0x3FF0000000000000)


@inlined
def uniform(high: Any, low: Any) -> Any:
    """Return (k + 1/2) / 2**52 for the top 52 bits k of two words: strictly between 0 and 1."""
    return (from_bits((((high << HALF_WORD) | low) >> _DROP) | _ONE) - 1.0) + 2.0**-53


_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10


@inlined
def log(x: Any) -> Any:
    """Natural logarithm of a normal positive double, to 1 unit in the last place (fdlibm's polynomial)."""
    n = (exponent(x) - 2.0**52) - 1023.0
    m = mantissa(x)
    large = m > 1.4142135623730951
    m = where(large, m * 0.5, m)
    n = where(large, n + 1.0, n)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    r = fma(z, 1.479819860511658591e-01, 1.531383769920937332e-01)
    r = fma(z, r, 1.818357216161805012e-01)
    r = fma(z, r, 2.222219843214978396e-01)
    r = fma(z, r, 2.857142874366239149e-01)
    r = fma(z, r, 3.999999999940941908e-01)
    r = fma(z, r, 6.666666666666735130e-01) * z
    h = 0.5 * f * f
    return fma(n, _LN2_HIGH, f - (h - fma(s, h + r, n * _LN2_LOW)))


_ROUNDING = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the nearest integer in the low bits


@inlined
def exp(x: Any) -> Any:
    """Exponential to 2 units in the last place; arguments are limited to [-700, 700]."""
    x = min(max(x, -700.0), 700.0)
    t = fma(x, 1.44269504088896338700e00, _ROUNDING)
    n = t - _ROUNDING
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    square = r * r
    fourth = square * square
    # terms in pairs, then pairs of pairs: no sum waits for the one before it
    low = fma(
        square, fma(r, 8.333333333333333e-03, 4.1666666666666664e-02), fma(r, 1.6666666666666666e-01, 0.5)
    )
    middle = fma(
        square,
        fma(r, 2.7557319223985893e-06, 2.48015873015873e-05),
        fma(r, 1.984126984126984e-04, 1.388888888888889e-03),
    )
    high = fma(
        square,
        fma(r, 1.6059043836821613e-10, 2.08767569878681e-09),
        fma(r, 2.505210838544172e-08, 2.755731922398589e-07),
    )
    p = fma(square, fma(fourth, fma(fourth, high, middle), low), r) + 1.0
    return scaled(p, t)


CENTRAL = 6.25  # the central branch holds where -log(4 u (1 - u)) is below this: 99.8% of draws
SET_ASIDE = 2.0**-600  # an exact scale that takes a uniform far below any central normal


@inlined
def normal_quantile_central(u: Any) -> Any:
    """Normal quantile and how far out ``u`` lies; exact (1e-15) where that is below ``CENTRAL``.

    Giles, "Approximating the erfinv function" (2012), double precision.
    """
    x = fma(2.0, u, -1.0)
    w = -log((1.0 - x) * (1.0 + x))
    v = w - 3.125
    p = fma(-3.6444120640178196996e-21, v, -1.685059138182016589e-19)
    p = fma(p, v, 1.2858480715256400167e-18)
    p = fma(p, v, 1.115787767802518096e-17)
    p = fma(p, v, -1.333171662854620906e-16)
    p = fma(p, v, 2.0972767875968561637e-17)
    p = fma(p, v, 6.6376381343583238325e-15)
    p = fma(p, v, -4.0545662729752068639e-14)
    p = fma(p, v, -8.1519341976054721522e-14)
    p = fma(p, v, 2.6335093153082322977e-12)
    p = fma(p, v, -1.2975133253453532498e-11)
    p = fma(p, v, -5.4154120542946279317e-11)
    p = fma(p, v, 1.051212273321532285e-09)
    p = fma(p, v, -4.1126339803469836976e-09)
    p = fma(p, v, -2.9070369957882005086e-08)
    p = fma(p, v, 4.2347877827932403518e-07)
    p = fma(p, v, -1.3654692000834678645e-06)
    p = fma(p, v, -1.3882523362786468719e-05)
    p = fma(p, v, 0.0001867342080340571352)
    p = fma(p, v, -0.00074070253416626697512)
    p = fma(p, v, -0.0060336708714301490533)
    p = fma(p, v, 0.24015818242558961693)
    p = fma(p, v, 1.6536545626831027356)
    return p * x * 1.4142135623730951, w


@inlined
def normal_quantile_tail(u: Any) -> Any:
    """Normal quantile where -log(4 u (1 - u)) is ``CENTRAL`` or more (Giles 2012)."""
    x = fma(2.0, u, -1.0)
    # near 1 the product loses no digits: 1 - u is exact for u of 52 bits
    w = -log(4.0 * u * (1.0 - u))
    if w < 16.0:
        v = np.sqrt(w) - 3.25
        p = fma(2.2137376921775787049e-09, v, 9.0756561938885390979e-08)
        p = fma(p, v, -2.7517406297064545428e-07)
        p = fma(p, v, 1.8239629214389227755e-08)
        p = fma(p, v, 1.5027403968909827627e-06)
        p = fma(p, v, -4.013867526981545969e-06)
        p = fma(p, v, 2.9234449089955446044e-06)
        p = fma(p, v, 1.2475304481671778723e-05)
        p = fma(p, v, -4.7318229009055733981e-05)
        p = fma(p, v, 6.8284851459573175448e-05)
        p = fma(p, v, 2.4031110387097893999e-05)
        p = fma(p, v, -0.0003550375203628474796)
        p = fma(p, v, 0.00095328937973738049703)
        p = fma(p, v, -0.0016882755560235047313)
        p = fma(p, v, 0.0024914420961078508066)
        p = fma(p, v, -0.0037512085075692412107)
        p = fma(p, v, 0.005370914553590063617)
        p = fma(p, v, 1.0052589676941592334)
        p = fma(p, v, 3.0838856104922207635)
    else:
        v = np.sqrt(w) - 5.0
        p = fma(-2.7109920616438573243e-11, v, -2.5556418169965252055e-10)
        p = fma(p, v, 1.5076572693500548083e-09)
        p = fma(p, v, -3.7894654401267369937e-09)
        p = fma(p, v, 7.6157012080783393804e-09)
        p = fma(p, v, -1.4960026627149240478e-08)
        p = fma(p, v, 2.9147953450901080826e-08)
        p = fma(p, v, -6.7711997758452339498e-08)
        p = fma(p, v, 2.2900482228026654717e-07)
        p = fma(p, v, -9.9298272942317002539e-07)
        p = fma(p, v, 4.5260625972231537039e-06)
        p = fma(p, v, -1.9681778105531670567e-05)
        p = fma(p, v, 7.5995277030017761139e-05)
        p = fma(p, v, -0.00021503011930044477347)
        p = fma(p, v, -0.00013871931833623122026)
        p = fma(p, v, 1.0103004648645343977)
        p = fma(p, v, 4.8499064014085844221)
    return p * x * 1.4142135623730951
