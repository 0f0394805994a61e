"""Indices against functions whose indices are known: Ishigami (1990) and the g-function of Sobol (1998)."""
import numpy as np
import pytest

from unhedged.sensitivity import Factor, morris_design, morris_indices, sobol_design, sobol_indices, values_by

A, B = 7.0, 0.1


def ishigami(x):
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1])**2 + B * x[:, 2]**4 * np.sin(x[:, 0])


def ishigami_indices():
    """Of first order and total (Saltelli et al. 2008, p. 179)."""
    pi = np.pi
    v1 = 0.5 * (1 + B * pi**4 / 5)**2
    v2 = A**2 / 8
    v13 = B**2 * pi**8 * (1 / 18 - 1 / 50)
    total = v1 + v2 + v13
    return np.array([v1, v2, 0]) / total, np.array([v1 + v13, v2, v13]) / total


G = np.array([0, 1, 4.5, 9, 99])


def sobol_g(x):
    return np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=1)


def sobol_g_indices():
    v = 1 / (3 * (1 + G)**2)
    total = np.prod(1 + v) - 1
    return v / total, np.array([v[i] * np.prod(1 + np.delete(v, i)) for i in range(len(G))]) / total


ANGLES = [Factor(name, -np.pi, np.pi) for name in ("x1", "x2", "x3")]
UNITS = [Factor(f"x{i}", 0, 1) for i in range(5)]


@pytest.mark.parametrize("factors, function, exact", [(ANGLES, ishigami, ishigami_indices()),
                                                      (UNITS, sobol_g, sobol_g_indices())])
def test_indices_of_functions_that_are_known(factors, function, exact):
    design = sobol_design(factors, 4096, seed=3)
    assert design.points.shape == (4096 * (len(factors) + 2), len(factors))
    table = sobol_indices(design, function(design.points))
    assert np.allclose(table["first"], exact[0], atol=0.02) and np.allclose(
        table["total"], exact[1], atol=0.02)
    # errors of a scrambled sequence are below those of random points, which the bootstrap tells
    assert (np.abs(table["first"] - exact[0]) < 3 * table["first_standard_error"] + 1e-3).all()
    assert list(table.index) == [f.key for f in factors]


def simulated(mean, paths, shared):
    """A function that is seen through the mean of noisy paths, whose spread grows with it; `shared`: all
    points
    are shown the same random numbers, as those of a sweep are."""

    def function(points, seed):
        noise = np.random.default_rng(seed).standard_normal(
            (1 if shared else len(points), paths)).mean(axis=1)
        return mean(points) * (1 + 0.3 * noise) + 5 * noise

    return function


def test_common_random_numbers_take_the_noise_out_of_indices():
    exact = sobol_g_indices()[1]
    design = sobol_design(UNITS, 256, seed=1)
    errors = {}
    for shared in (True, False):
        values = values_by(design, simulated(sobol_g, 100, shared), seeds=range(1, 9))
        assert values.shape == (8, len(design.points))
        table = sobol_indices(design, values)
        errors[shared] = np.abs(table["total"] - exact).max()
        assert (table["total_standard_error"] >= table["total_noise"]).all()
        if not shared:
            assert table["total_noise"].max() > 0.01, "what noise is left is told"
    assert errors[True] < errors[False] / 3


def test_effects_of_morris():
    """y = 4 x0 + x1 - 2 x2 + 6 x3 x4: the effects of the first three are their factors, everywhere."""

    def function(x):
        return 4 * x[:, 0] + x[:, 1] - 2 * x[:, 2] + 6 * x[:, 3] * x[:, 4]

    design = morris_design(UNITS, 40, seed=5)
    assert design.points.shape == (40 * 6, 5)
    table = morris_indices(design, [function(design.points)] * 2)
    assert np.allclose(table["effect"].iloc[:3], [4, 1, -2]) and np.allclose(table["size"].iloc[:3],
                                                                             [4, 1, 2])
    assert np.allclose(table["spread"].iloc[:3], 0) and (table["spread"].iloc[3:] > 1).all()
    assert np.allclose(table["size"].iloc[3:], 3, atol=4 * table["size_standard_error"].iloc[3:].max())
    assert (table["size_noise"] == 0).all()


def test_ishigami_by_morris():
    table = morris_indices(design := morris_design(ANGLES, 100, levels=8, seed=2), ishigami(design.points))
    assert table["spread"].iloc[2] > 1 and abs(
        table["effect"].iloc[2]) < table["size"].iloc[2], "all interaction"


def test_units_and_refusals():
    factor = Factor("market.assets.A.half_spread", 1, 5, "bp")
    design = sobol_design([factor], 2)
    texts = design.texts()
    assert list(texts.columns) == [factor.key] and all(t.endswith(" bp") for t in texts[factor.key])
    assert [float(t.split()[0]) for t in texts[factor.key]] == design.points[:,
                                                                             0].tolist(), "no digit is lost"
    for wrong, message in ((lambda: sobol_design([factor], 3), "power of two"), (lambda: sobol_design([], 4),
                                                                                 "no factors"),
                           (lambda: sobol_design([Factor("a", 2, 1)], 4),
                            "empty"), (lambda: morris_design([factor], 1),
                                       "trajectories"), (lambda: sobol_indices(design, [1.0]), "values for"),
                           (lambda: sobol_indices(design, [np.nan] * len(design.points)), "not finite"),
                           (lambda: sobol_indices(design, [1.0] * len(design.points)), "no variance"),
                           (lambda: morris_indices(design, [1.0] * len(design.points)), "one of Sobol")):
        with pytest.raises(ValueError, match=message):
            wrong()


def test_values_are_numbers_of_the_configuration_whatever_their_type():
    assert Factor("a", 0, 1, "%").text(np.float64(0.1)) == "0.1 %"
    assert Factor("a", 0, 1).text(np.float32(0.5)) == "0.5"
