"""Colours, by what is shown and for whom. Every pair of text and ground has a contrast of at least 7:1 (WCAG AAA)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Colours:
    """As Qt's style sheets take them. `banner` is the ground of the heading: it tells alerts apart at a glance."""

    ground: str
    text: str
    panel: str
    banner: str
    banner_text: str
    faint: str
    button: str
    button_text: str
    edge: str


EMERGENCY: Final = Colours(
    ground="#16181d",
    text="#ffffff",
    panel="#23262e",
    banner="#8f0a17",
    banner_text="#ffffff",
    faint="#c9ced6",
    button="#ffd21f",
    button_text="#000000",
    edge="#8f0a17",
)
TEST: Final = Colours(
    ground="#eef4fb",
    text="#0b1b2b",
    panel="#ffffff",
    banner="#0b4a86",
    banner_text="#ffffff",
    faint="#33475b",
    button="#0b4a86",
    button_text="#ffffff",
    edge="#0b4a86",
)
NOTE: Final = Colours(
    ground="#22252b",
    text="#ffffff",
    panel="#2f333b",
    banner="#5a3b00",
    banner_text="#ffffff",
    faint="#d2d6dc",
    button="#ffd21f",
    button_text="#000000",
    edge="#b87900",
)
HIGH_EMERGENCY: Final = Colours(
    ground="#000000",
    text="#ffffff",
    panel="#000000",
    banner="#ffffff",
    banner_text="#000000",
    faint="#ffff00",
    button="#ffff00",
    button_text="#000000",
    edge="#ffffff",
)
HIGH_TEST: Final = Colours(
    ground="#ffffff",
    text="#000000",
    panel="#ffffff",
    banner="#000000",
    banner_text="#ffffff",
    faint="#000000",
    button="#000000",
    button_text="#ffffff",
    edge="#000000",
)
LOST_GROUND: Final = "#8f0a17"
LOST_TEXT: Final = "#ffffff"


def colours_of(emergency: bool, test: bool, high_contrast: bool) -> Colours:
    """A test is light where an emergency is dark: nobody takes one for the other, colour-blind or not."""
    if high_contrast:
        return HIGH_TEST if test else HIGH_EMERGENCY
    if test:
        return TEST
    return EMERGENCY if emergency else NOTE


def style_sheet(colours: Colours, scale: float) -> str:
    """For a whole window; `scale` 1.0 is for a screen 1080 lines high."""

    def px(size: float) -> str:
        return f"{max(9, round(size * scale))}px"

    return f"""
    QWidget {{ background: {colours.ground}; color: {colours.text}; font-size: {px(20)}; }}
    QWidget#window {{ border: {px(10)} solid {colours.edge}; }}
    QFrame#banner, QFrame#banner QLabel {{ background: {colours.banner}; color: {colours.banner_text}; }}
    QLabel#heading {{ font-size: {px(46)}; font-weight: 800; }}
    QLabel#test {{ font-size: {px(40)}; font-weight: 800; border: {px(5)} dashed {colours.banner_text};
        padding: {px(4)}; }}
    QLabel#timer {{ font-size: {px(58)}; font-weight: 800; }}
    QLabel#state {{ font-size: {px(24)}; font-weight: 600; }}
    QLabel#name {{ color: {colours.faint}; font-size: {px(18)}; }}
    QLabel#value {{ font-size: {px(28)}; font-weight: 600; }}
    QLabel#callback {{ font-size: {px(66)}; font-weight: 800; }}
    QLabel#person {{ font-size: {px(40)}; font-weight: 700; }}
    QLabel#faint {{ color: {colours.faint}; }}
    QLabel#lost {{ background: {LOST_GROUND}; color: {LOST_TEXT}; font-size: {px(26)}; font-weight: 700;
        padding: {px(10)}; }}
    QFrame#panel, QFrame#panel QLabel {{ background: {colours.panel}; }}
    QFrame#panel {{ border: 1px solid {colours.faint}; }}
    QLineEdit, QPlainTextEdit, QListWidget {{ background: {colours.panel}; border: 2px solid {colours.faint};
        padding: {px(6)}; }}
    QLineEdit:focus, QListWidget:focus {{ border: 3px solid {colours.button}; }}
    QListWidget::item {{ padding: {px(10)}; }}
    QListWidget::item:selected {{ background: {colours.banner}; color: {colours.banner_text}; }}
    QPushButton {{ border: 3px solid {colours.faint}; padding: {px(14)} {px(28)}; font-size: {px(24)};
        font-weight: 700; }}
    QPushButton:focus {{ border: 5px solid {colours.text}; }}
    QPushButton:disabled {{ color: {colours.faint}; }}
    QPushButton#acknowledge:enabled {{ background: {colours.button}; color: {colours.button_text}; }}
    """
