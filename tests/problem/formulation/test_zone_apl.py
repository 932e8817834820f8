from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from msp_siting.problem.apl_terms import ZoneApl
from msp_siting.problem.instance import Instance

Breaks = Callable[..., set[str]]  # one site is open, at Clairval in the east, with two GPs


def asked(instance: Instance, least: float) -> Instance:
    """Ask for a mean APL of the east, 0 with nothing opened; a GP at Clairval adds 1.2 visits, one at Bourg none."""
    terms = ZoneApl(
        profession="gp",
        site_ids=("site-b", "site-c"),
        need=np.array([900.0]),
        gaps=np.array([least]),
        visits=sp.csr_array(np.array([[0.0, 1.2]])),
        drops=np.zeros(1),
        keys=(("epci", "east"),),
        least=np.array([least]),
    )
    return replace(instance, zone_apl=terms)


@pytest.mark.parametrize(("least", "broken"), [(2.4, set()), (2.41, {"zone_apl"})])
def test_two_gps_add_2_4_visits(
    toy_instance: Callable[..., Instance], breaks: Breaks, least: float, broken: set[str]
) -> None:
    assert breaks(asked(toy_instance(), least), {}) == broken


def test_switched_off_the_mean_is_free(toy_instance: Callable[..., Instance], breaks: Breaks) -> None:
    instance = asked(toy_instance(constraints__zone_apl=False), 2.41)
    assert breaks(instance, {}) == set()
    assert instance.zone_apl_asked is None
