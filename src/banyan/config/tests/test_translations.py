"""Every message shown to people exists in every language, with the same placeholders."""

import pytest

from banyan.config import translations


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    missing = translations.untranslated(language)
    assert not missing, f"{len(missing)} messages lack {language}; run ./banyan translations. First: {missing[:5]}"


def test_messages_of_templates_and_modules_are_found() -> None:
    found = {message.id for message in translations.extract()}
    assert len(found) > 50


def test_a_translation_with_other_placeholders_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from babel.messages.catalog import Catalog

    template, known = Catalog(), Catalog(locale="fr")
    template.add("{count} places")
    known.add("{count} places", "{nombre} lieux")
    monkeypatch.setattr(translations, "read", lambda language: known)
    assert translations.untranslated("fr", template)
