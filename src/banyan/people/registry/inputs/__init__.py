"""Forms of the pages of the register."""

from banyan.people.registry.inputs.records import ExportForm, NoticeForm, PhotoForm

__all__ = ["ExportForm", "NoticeForm", "PhotoForm"]
