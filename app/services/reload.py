"""New content in a running service: all of it takes the place of the old, or none of it does."""

from __future__ import annotations

import logging

from babel.messages.pofile import PoFileError

from app.errors import JalonError
from app.facts.units import ratio, units
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack, read_pack
from app.i18n.translator import Translator, languages, translator
from app.services.services import Services

log = logging.getLogger(__name__)


def reload_content(services: Services) -> bool:
    """Read vocabulary, guidelines and translations again. False when they are wrong: the former ones still serve, and
    the log and `/readyz` say why."""
    tables = units()
    try:
        units.put(units.fresh())
        vocabulary = load_vocabulary.fresh()
        pack = read_pack("fr", None, vocabulary)
        languages.cache_clear()
        for lang in languages():
            Translator(lang)
    except (JalonError, PoFileError, OSError, ValueError) as error:
        units.put(tables)
        services.content_problem = str(error) if isinstance(error, JalonError) else f"translations: {error}"
        log.error("content was not reloaded, the former one is kept: %s", services.content_problem)
        return False
    ratio.cache_clear()
    translator.cache_clear()
    load_vocabulary.put(vocabulary)
    load_pack.put(pack, "fr")
    services.pack, services.content_problem = pack, None
    services.places.clear()
    log.info("content reloaded: %s %s, %s", pack.id, pack.version, pack.digest[:19])
    return True
