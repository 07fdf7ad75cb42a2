"""Loads aiogram without the validators of its types and methods: each is built when first used.

aiogram's types import each other under ``TYPE_CHECKING`` only, so its package ends by calling
``model_rebuild`` on all of them. Each then holds a validator of its own with every type that it
can reach, mostly all: 115 MB and three seconds of a core for 591 classes, of which a bot uses a
tenth. What is meant is ``defer_build`` (https://docs.pydantic.dev/latest/api/config/): aiogram
asks for it, and these calls undo it. So while aiogram is imported they are noted down, and then
its modules are given the names that they lack; pydantic builds at first use by itself.

Other versions work too, at worst as heavily as before: where aiogram makes no such calls nothing
is put off, and where a type that was put off cannot be built, all are built as aiogram does.
"""

import re
import sys
from typing import Any, cast

from pydantic import BaseModel

_WORD = re.compile(r"\w+")


def load_aiogram() -> None:
    """Import aiogram; does nothing where it has been imported before."""
    if "aiogram" in sys.modules:
        return
    put_off: list[type[BaseModel]] = []
    names: dict[str, Any] = {}
    build: Any = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]

    def note(cls: Any, /, **how: Any) -> Any:
        if not cls.__module__.startswith("aiogram."):  # a model that a thread builds meanwhile
            return build(cls, **how)
        put_off.append(cls)
        names.update(how.get("_types_namespace") or {})
        return None

    BaseModel.model_rebuild = cast(Any, classmethod(note))  # type: ignore[method-assign]
    BaseModel.model_config["defer_build"] = True  # for aiogram's methods, which ask for nothing
    try:
        from aiogram import methods, types
    finally:
        del BaseModel.model_config["defer_build"]
        BaseModel.model_rebuild = cast(Any, classmethod(build))  # type: ignore[method-assign]
    others = [value for value in vars(methods).values() if isinstance(value, type)]
    for cls in (*put_off, *(other for other in others if issubclass(other, BaseModel))):
        _explain(cls, names)
    if types.InlineKeyboardMarkup.model_rebuild(raise_errors=False) is False:
        for cls in put_off:
            build(cls, _types_namespace=names)


def _explain(cls: type[BaseModel], names: dict[str, Any]) -> None:
    """Say what the annotations of a class mean: in its module, and whatever its user calls so."""
    cls.__pydantic_parent_namespace__ = names
    module = vars(sys.modules[cls.__module__])
    for base in cls.__mro__:
        for annotation in vars(base).get("__annotations__", {}).values():
            for word in _WORD.findall(str(annotation)):
                if word in names:
                    module.setdefault(word, names[word])
