"""Where one organisation stands: its brand, and what is due first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.views.item import item
from storage.brands import BrandFacts
from storage.calendar import Calendar
from storage.derived.due import Item
from storage.tables import Organization


def standing(
    organization: Organization, brand: BrandFacts | None, owed: Sequence[Item], today: date, calendar: Calendar
) -> dict[str, Any]:
    """The brand and the current item, promises aside; `owed` may hold other organisations' items, earliest first."""
    current = next((one for one in owed if one.organization_id == organization.id and one.subject != "commitment"), None)
    return {
        "organization": organization.short_name,
        "brand": {"name": brand.name, "state": brand.state, "standing": brand.standing} if brand else None,
        "current": item(current, today, calendar) if current else None,
    }
