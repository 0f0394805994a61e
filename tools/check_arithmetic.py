#!/usr/bin/env python3
"""Check that what feeds the P&L does not call those functions of the C library whose last bits depend on the
processor.

The C library picks variants of exp, log, pow and their like by what the processor can do; docs/decisions/0001
promises the same bits everywhere. Use engine/math/scalar.hpp for single numbers and
engine/math/elementary.hpp in kernels. Roots, roundings, fmod and fma are exact and allowed. Exit code 1 and
one line per offence. --self-test checks the checker. --symbols FILE... looks at compiled libraries instead:
whatever their sources and templates of others have come to call, however it is spelled. There everything of
the mathematical library counts but what is exact.
"""
import re
import subprocess
import sys
from pathlib import Path

from checking import ROOT, main, sources

FUNCTIONS = (
    "exp exp2 exp10 expm1 log log2 log10 log1p pow sinh cosh tanh asinh acosh atanh sin cos tan asin acos "
    "atan atan2 "
    "erf erfc tgamma lgamma cbrt hypot sincos").split()
# A call by any spelling: std::exp(, ::exp(, exp(. Not a name in another namespace, a member, or a longer
# name.
CALL = re.compile(r"(?:\bstd::|(?<![\w:])::|(?<![\w:.>]))(" + "|".join(f"{name}[fl]?" for name in FUNCTIONS) +
                  r")\s*\(")
BUILTIN = re.compile(r"\b__builtin_(" + "|".join(FUNCTIONS) + r")[fl]?\b")
OWN = re.compile(r"UNHEDGED_INLINE double \w+\(")  # the engine's own functions of these names

# Modules of which nothing reaches a P&L, and single places; each with its reason.
ALLOWED = {
    "engine/risk/": "estimates made from P&Ls that are there",
    "engine/output/": "writes what is there",
    "engine/app/": "shows what is there; app has a log() of its own",
    "engine/config/resolve_events.cpp": "rounds a number of a message to three digits",
}
IN_MATH = re.compile(
    r"^engine/math/(elementary|exponentials|scalar)")  # there the bare names are the engine's own
LIBRARIES_ALLOWED = ("risk", "output", "app")
# What of the mathematical library is exact by IEEE 754, in any of the three precisions.
EXACT = (
    "fma sqrt fmod remainder remquo floor ceil trunc round roundeven lround llround rint lrint llrint "
    "nearbyint frexp ldexp scalbn scalbln ilogb logb modf copysign nextafter nexttoward fmin fmax fdim fabs "
    "fpclassify isnan isinf finite signbit").split()
VECTOR = re.compile(r"_ZGV\w+_(\w+)")  # variants that compilers call for a whole vector


def without_text(line):
    """The line without comments and strings."""
    return re.sub(r"//.*", "", re.sub(r'"(\\.|[^"\\])*"', '""', line))


def offences_of(name, text):
    if any(name.startswith(place) for place in ALLOWED):
        return
    for number, line in enumerate(text.splitlines(), 1):
        code = without_text(line)
        found = BUILTIN.findall(code)
        if not IN_MATH.match(name):
            found += CALL.findall(code)
        elif not OWN.search(code):
            found += re.findall(r"std::(" + "|".join(FUNCTIONS) + r")\s*\(", code)
        for function in found:
            yield (f"{name}:{number}: {function} of the C library: its bits depend on the processor (see "
                   f"engine/math/scalar.hpp)")


def undefined(symbols):
    """The symbols that `nm -u` names, without versions."""
    lines = (line.split() for line in symbols.splitlines())
    return {words[-1].split("@")[0] for words in lines if words[:1] == ["U"]}


def called(symbols, library):
    """Functions that are not exact among the undefined symbols of `nm -u`; library: all that libm has."""
    exact = {under + name + suffix for name in EXACT for under in ("", "__") for suffix in ("", "f", "l")}
    return sorted(name for name in undefined(symbols) if name in library - exact or VECTOR.match(name))


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def mathematical_library():
    """The names that libm exports."""
    file = output_of("c++", "-print-file-name=libm.so.6").strip()
    symbols = output_of("nm", "-D", "--defined-only", file)
    return {line.split()[-1].split("@")[0] for line in symbols.splitlines()}


def check_symbols(files):
    library = mathematical_library()
    for file in files:
        module = re.sub(r"^libunhedged_|\.a$", "", Path(file).name)
        allowed = ("pow", "log10") if module == "config" else ()  # resolve_events.cpp, see above
        if module not in LIBRARIES_ALLOWED:
            found = called(output_of("nm", "-u", file), library)
            yield from (f"{file}: calls {function} of the C library" for function in found
                        if function not in allowed)


def self_test():
    count = lambda name, line: len(list(offences_of(name, line)))
    for line in ("x = std::exp(y);", "x = exp(y);", "x = ::exp (y);", "x = 2*pow(a, b);",
                 "x = std::log10(y);", "x = expf(y);", "x = __builtin_exp(y);",
                 "return std::cosh(a) + std::tanh(b);"):
        assert count("engine/world/x.cpp", line) >= 1, line
    for line in ("x = scalar::exp(y);", "x = math::log(y);", "kernels.exp(a, b, n);", "k->log(x);",
                 "x = std::sqrt(y);", "// std::exp(x)", 'say("log(x)");', "jump_into(exp_polynomial)",
                 "x = my_exp(y);", "x = std::fmod(y, 1);"):
        assert count("engine/world/x.cpp", line) == 0, line
    assert count("engine/math/exponentials.hpp", "const double e = expm1(2.0 * x);") == 0
    assert count("engine/math/exponentials.hpp", "const double e = std::expm1(2.0 * x);") == 1
    assert count("engine/math/least_squares.cpp", "x = exp(y);") == 1
    assert count("engine/risk/x.cpp", "x = std::exp(y);") == 0
    library = {"exp", "fma", "sqrtf", "pow", "lgamma_r", "j0", "cexp"}
    assert called("   U exp@GLIBC_2.29\n   U fma\n   U sqrtf\n0 T pow\n   U malloc\n", library) == ["exp"]
    assert called("   U lgamma_r\n   U j0\n   U cexp\n", library) == ["cexp", "j0", "lgamma_r"]
    assert called("   U _ZGVbN2v_exp\n", library) == ["_ZGVbN2v_exp"]


def all_offences():
    if "--symbols" in sys.argv:
        return check_symbols(sys.argv[sys.argv.index("--symbols") + 1:])
    files = sources("engine")
    return [found for file in files for found in offences_of(str(file.relative_to(ROOT)), file.read_text())]


if __name__ == "__main__":
    main("arithmetic", self_test, all_offences)
