"""What programmes give to criteria and formulas: prices by place, and what saved criteria are used for."""

from django.utils.translation import gettext_lazy as _

from banyan.platform.criteria.declarations import Usage

FURTHER = "banyan.aid.programmes.queries.further.fields"
USAGES = (Usage("programmes", _("Targeting"), "banyan.aid.programmes.queries.targeting.targeting_uses"),)
