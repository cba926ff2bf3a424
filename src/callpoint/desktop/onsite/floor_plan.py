"""The picture of the building, as large as there is room for."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.onsite.words import Words


class FloorPlan(QLabel):
    """Says in words why there is no picture, where there is none."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._path = ""
        self._picture = QPixmap()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(QSize(160, 120))

    def show_alert(self, alert: Alert) -> None:
        """The plan of the alert's building."""
        if alert.picture != self._path:
            self._path = alert.picture
            self._picture = QPixmap(alert.picture) if alert.picture else QPixmap()
        building = alert.building.name or alert.of_call("building")
        self.setAccessibleName(self._words("picture", building=building))
        if self._picture.isNull():
            self.setText(self._words(self._why_none(alert)))
        else:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if not self._picture.isNull():
            self._fit()

    def _why_none(self, alert: Alert) -> str:
        if self._path:
            return "picture_broken"
        return "picture_coming" if alert.building.picture else "no_picture"

    def _fit(self) -> None:
        scaled = self._picture.scaled(
            self.contentsRect().size(),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self.setPixmap(scaled)
