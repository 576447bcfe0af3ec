"""What a browser says it is, in words a person knows their own devices by."""

from __future__ import annotations

# The first that occurs wins: Edge says it is Chrome, too, and Chrome that it is Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "curl": "curl",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
UNKNOWN = "An unknown browser"


def device_words(agent: str) -> str:
    """The browser and its system: "Firefox on Android"; what a User-Agent says may be made up."""
    browser = next((words for sign, words in _BROWSERS.items() if sign in agent), UNKNOWN)
    system = next((words for sign, words in _SYSTEMS.items() if sign in agent), "")
    return f"{browser} on {system}" if system else browser
