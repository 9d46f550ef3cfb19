"""The named functions that expressions may call, each with its readings (see `notation.Function`)."""

import math

from generator.notation import Div, Expr, Function, Written, div


def quotient(over: float, under: float) -> float:
    """Division that stays whole where it comes out whole: 12416 / 4 is 3104, not 3104.0."""
    if isinstance(over, int) and isinstance(under, int) and over % under == 0:
        return over // under
    return over / under


def round_half_up(value: float, places: int) -> float:
    """Rounded as on paper: halves away from zero, and never -0.0. The 1e-9 mends 0.285 stored as 0.28499…"""
    scale: int = 10**places
    rounded = math.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    return -rounded if value < 0 and rounded else rounded


def _root(value: float) -> float:
    """Square root, whole for a perfect square; nan below zero (a slip can get there, a key cannot)."""
    if not value >= 0:
        return math.nan
    root = math.sqrt(value)
    if root.is_integer() and isinstance(value, int):
        whole = math.isqrt(value)
        if whole * whole == value:
            return whole
    return root


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def _nearest_zero(value: float, error: float) -> float:
    """The point nearest zero in value ± error, where sigmoid and tanh are steepest."""
    return max(abs(value) - error, 0.0)


def _sigmoid_bound(value: float, error: float) -> float:
    steepest = _sigmoid(_nearest_zero(value, error))
    return error * steepest * (1 - steepest)


def _tanh_bound(value: float, error: float) -> float:
    return error * (1 - math.tanh(_nearest_zero(value, error)) ** 2)


def _exp_bound(value: float, error: float) -> float:
    """Steepest at the larger end."""
    return math.exp(value) * math.expm1(error)


def _ln(value: float) -> float:
    """nan where there is no logarithm (a slip can get there, a key cannot)."""
    return math.log(value) if value > 0 else math.nan


def _ln_bound(value: float, error: float) -> float:
    """Steepest at the smaller end; without bound where that end reaches zero."""
    return -math.log1p(-error / value) if value > error else math.inf


def _whole_power(value: float, base: int, found: float) -> float:
    """A logarithm, whole for a whole power of its base."""
    return int(found) if isinstance(value, int) and found.is_integer() and base ** int(found) == value else found


def _log2(value: float) -> float:
    return _whole_power(value, 2, math.log2(value)) if value > 0 else math.nan


def _log10(value: float) -> float:
    return _whole_power(value, 10, math.log10(value)) if value > 0 else math.nan


def _log10_bound(value: float, error: float) -> float:
    return _ln_bound(value, error) / math.log(10)


def _root_bound(value: float, error: float) -> float:
    """Steepest at the smaller end; upwards it goes further only if that end would lie below zero."""
    if not value >= 0:
        return math.inf
    root = math.sqrt(value)
    return max(root - math.sqrt(max(value - error, 0.0)), math.sqrt(value + error) - root)


def quotient_bound(over: float, under: float, over_error: float, under_error: float) -> float:
    """How far a quotient may be off, if over and under are: over/under - (over + e)/(under + d) at its largest."""
    nearest = abs(under) - under_error
    if nearest <= 0:
        return math.inf
    return (over_error + abs(over / under) * under_error) / nearest


def _relu(value: float) -> float:
    return max(value, 0)


def _relu_bound(_value: float, error: float) -> float:
    return error


def _remainder(value: float, by: float) -> float:
    """What Python's % leaves; nan where there is nothing to divide."""
    return value % by if value == value else math.nan


def _floor(value: float) -> float:
    return math.nan if value != value else math.floor(value)


def _ceil(value: float) -> float:
    return math.nan if value != value else math.ceil(value)


sqrt = Function("sqrt", r"\sqrt{{{}}}".format, _root, sympy="sqrt", bound=_root_bound)
exp = Function("exp", r"e^{{{}}}".format, math.exp, sympy="exp", bound=_exp_bound)
ln = Function("ln", r"\ln\left({}\right)".format, _ln, sympy="log", bound=_ln_bound)
sigmoid = Function("sigmoid", r"\sigma\left({}\right)".format, _sigmoid, bound=_sigmoid_bound)
tanh = Function("tanh", r"\tanh\left({}\right)".format, math.tanh, sympy="tanh", bound=_tanh_bound)
relu = Function("relu", r"\mathrm{{ReLU}}\left({}\right)".format, _relu, bound=_relu_bound)
log2 = Function("log2", r"\log_{{2}}\left({}\right)".format, _log2)
log10 = Function("log10", r"\log_{{10}}\left({}\right)".format, _log10, bound=_log10_bound)
floor = Function("floor", r"\left\lfloor {} \right\rfloor".format, _floor, sympy="floor")
ceil = Function("ceil", r"\left\lceil {} \right\rceil".format, _ceil, sympy="ceiling")

remainder = Function("remainder", r"{} \bmod {}".format, _remainder, sympy="Mod", between=True)

largest = Function("largest", lambda *args: rf"\max({', '.join(args)})", max, sympy="Max")
smallest = Function("smallest", lambda *args: rf"\min({', '.join(args)})", min, sympy="Min")

absolute = Function("absolute", r"\left|{}\right|".format, abs, sympy="Abs", bound=lambda _, error: error)

ALL = (sqrt, exp, ln, sigmoid, tanh, relu, log2, log10, floor, ceil, remainder, largest, smallest, absolute)

# what generated code may call by name
NAMESPACE: dict[str, object] = {
    "quotient": quotient,
    "quotient_bound": quotient_bound,
    "round_half_up": round_half_up,
    "nan": math.nan,
    **{function.name: function.python for function in ALL},
    **{f"{function.name}_bound": function.bound for function in ALL if function.bound},
}


def floored(over: Written, under: Written) -> Expr | int:
    """floor(over / under), on whole numbers and on expressions alike: layers run on both."""
    if isinstance(over, int) and isinstance(under, int):
        return over // under
    written = div(over, under)
    return floor(written) if isinstance(written, Div) else written


def at_least(value: Written, least: Written) -> Expr | int:
    """The larger of two, on whole numbers and on expressions alike."""
    if isinstance(value, int) and isinstance(least, int):
        return max(value, least)
    return largest(value, least)


def ceiled(over: Written, under: Written) -> Expr | int:
    """ceil(over / under), on whole numbers and on expressions alike."""
    if isinstance(over, int) and isinstance(under, int):
        return -(-over // under)
    written = div(over, under)
    return ceil(written) if isinstance(written, Div) else written
