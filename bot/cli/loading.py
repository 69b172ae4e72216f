"""Loads a command's module without the collector looking through what has just been made."""

import gc
import sys
from importlib import import_module
from types import ModuleType


def load_module(name: str) -> ModuleType:
    """The module, with all that it imports.

    Modules, classes and rules stay for the life of the process. While they are made the collector would look through them
    hundreds of times, an eighth of the time of loading, and find next to nothing; afterwards again in each full round.
    """
    if name in sys.modules:
        return sys.modules[name]
    collecting = gc.isenabled()
    gc.disable()
    try:
        module = import_module(name)
        gc.freeze()
    finally:
        if collecting:
            gc.enable()
    return module
