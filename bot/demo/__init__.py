"""A synthetic township to try everything with."""

from bot.demo.loading import SEED, load, sign_in_links
from bot.demo.township import Township, township

__all__ = ["SEED", "Township", "load", "sign_in_links", "township"]
