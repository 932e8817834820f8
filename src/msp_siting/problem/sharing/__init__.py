"""Who stays uncovered, exactly: shares by flows, the blocks of those who compete, and a proof that anyone can check."""

from msp_siting.problem.sharing.blocks import Block, blocks_of
from msp_siting.problem.sharing.certificate import problems_of_sharing
from msp_siting.problem.sharing.instances import (
    network_of,
    objective_of_levels,
    objective_of_plan,
    prices_of_room,
    under_plan,
    with_room,
)
from msp_siting.problem.sharing.levels import share_out
from msp_siting.problem.sharing.losses import losses_of_room
from msp_siting.problem.sharing.network import Levels, Network, Service
from msp_siting.problem.sharing.serving import serve

__all__ = [
    "Block",
    "Levels",
    "Network",
    "Service",
    "blocks_of",
    "losses_of_room",
    "network_of",
    "objective_of_levels",
    "objective_of_plan",
    "prices_of_room",
    "problems_of_sharing",
    "serve",
    "share_out",
    "under_plan",
    "with_room",
]
