"""Cards on paper: what a household card shows, drawn as PDF in any script the installation has fonts for."""

from banyan.people.registry.cards.drawing import Card, CardMember, Sheet, as_pdf, as_picture, most_members
from banyan.people.registry.cards.fonts import FontsMissing, families, ready

__all__ = ["Card", "CardMember", "FontsMissing", "Sheet", "as_pdf", "as_picture", "families", "most_members", "ready"]
