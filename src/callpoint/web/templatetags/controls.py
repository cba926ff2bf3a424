"""Form fields as Bootstrap draws them, described for those who listen to them."""

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control. Django adds what it is described by: `<auto_id>_helptext`, and `<auto_id>_error`."""
    if is_check(field):
        css = "form-check-input"
    else:
        css = "form-select" if isinstance(field.field.widget, forms.Select) else "form-control"
    return field.as_widget(attrs={"class": f"{css} is-invalid" if field.errors else css})


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether it is a box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)
