"""Every error Aviary raises on purpose, as one tree.

AviaryError
├── SettingsError            a file of the operator does not say what it should
├── ChangedMeanwhile         somebody else changed what was to be changed
├── RosterRefusal            an account cannot be added, changed or removed so
├── MediaInUse               templates use the file that was to be deleted
├── HomeError                the home folder cannot be used
│   └── HomeInUse            another process works on it
├── SessionFileError         cookies.json is missing or holds no session
├── SessionObjection         cookies that could work, but perhaps should not replace what there is
├── ArchiveError             an archive of an account cannot be made or used
├── ExportFailed             the numbers of all accounts cannot be written into one file
├── SessionNotTaken          what was to become an account's session did not: the one there is stays
├── PostUnfit                a post that a person wrote cannot be queued as it is
├── PostTaken                a post that a person wrote may have been sent: it is not changed any more
├── TableUnreadable          a table of posts is none that can be read
├── StorageError             a database cannot be read or written
├── Stopped                  somebody asked this work to end
├── DeadlineExceeded         a run took longer than it may
├── ModelTrouble             a language model was no help; the own text stands
│   ├── ModelOff             nothing may be asked, or nobody is named
│   ├── ModelUnreachable     ┐
│   ├── ModelTooSlow         │
│   ├── ModelKeyRefused      │ the service did not answer
│   ├── ModelUnknown         │
│   ├── ModelBusy            │
│   ├── ModelAnswerUnclear   ┘
│   ├── ModelTextRefused     its text lost or invented something
│   └── ModelBudgetSpent     the requests of this day are used up
├── LimitReached             no permit is free now
├── NothingToPost            no template gives a post that may go out
├── BrowserMissing           no browser or driver can be started on this machine
└── Trouble                  x.com or the browser does not do what the work needs
    ├── SessionExpired       ┐
    ├── ForeignSession       │
    ├── ChallengeShown       │ a person must act: the account stops
    ├── AccountLocked        │
    ├── AccountSuspended     │
    ├── ProxyRefused         │
    ├── PageChanged          ┘
    ├── PostLimitReached     ┐ x.com wants less: the account waits
    ├── SlowDown             ┘
    ├── DuplicateRefused     ┐ this one thing failed: the account goes on
    ├── MediaRefused         │
    ├── ActionRefused        │
    ├── TargetGone           ┘
    ├── SendUndecided        the answer to a post was lost: it may or may not stand
    └── Unavailable          ┐ passing: safe work may be tried again
        ├── XDown            │
        ├── PageTimeout      │
        ├── ProxyFailed      │
        └── BrowserDied      ┘
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path


class Consequence(StrEnum):
    """What a trouble means for the account it happened to."""

    NEEDS_ATTENTION = "needs_attention"  # stops at once, a person resumes it
    LIMITED = "limited"  # waits for `Trouble.pause`, then goes on by itself
    ACTION_FAILED = "action_failed"  # this one action failed, the run goes on
    RUN_FAILED = "run_failed"  # this run ends; repeated, the account's circuit opens


def ended(words: str) -> str:
    """The words as a whole sentence: with one full stop, unless they end with a mark of their own."""
    said = words.strip()
    return said if not said or said.endswith((".", "!", "?", "…")) else f"{said}."


def clause(words: str) -> str:
    """The words as they stand inside of a sentence: without a full stop of their own."""
    return words.strip().rstrip(".")


def sentences(*parts: str) -> str:
    """The parts that say something, one after the other, each ended by one full stop but the last."""
    said = [part.strip() for part in parts if part.strip()]
    return " ".join([*map(ended, said[:-1]), *said[-1:]])


class AviaryError(Exception):
    """Base of all errors below. `remedy` says what a person can do, in one line."""

    remedy: str = ""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        if remedy:
            self.remedy = remedy

    @property
    def in_words(self) -> str:
        """What is wrong and what a person can do, in sentences."""
        return sentences(self.message, self.remedy)


@dataclass(frozen=True)
class SettingsProblem:
    """One thing that is wrong in a settings file. `line` counts from 1, 0 is unknown."""

    file: Path
    line: int
    key: str
    message: str

    @property
    def place(self) -> str:
        """Enough of the path to tell the accounts apart: config/accounts.yaml, account1_x/config/settings.yaml."""
        folder = self.file.parent
        is_of_account = folder.name == "config" and self.file.name in {
            "settings.yaml",
            "templates.yaml",
            "keywords.yaml",
        }
        return "/".join(self.file.parts[-3:] if is_of_account else self.file.parts[-2:])

    def __str__(self) -> str:
        place = f"{self.place}, line {self.line}" if self.line else self.place
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class SettingsError(AviaryError):
    """A settings file cannot be read or breaks its schema. Carries every problem found."""

    remedy = "Correct the file; it is read again by itself."

    def __init__(self, problems: list[SettingsProblem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class ChangedMeanwhile(AviaryError):
    """What was read is not what stands there now: writing it back would undo somebody else's change."""

    remedy = "Look at it as it is now, then make the change again."


class RosterRefusal(AviaryError):
    """What a person asked for would leave the list of accounts in a state that cannot be."""


class TemplateRefused(AviaryError):
    """An account template cannot be saved, named or used so."""


class MediaInUse(AviaryError):
    """Templates use a file, and nobody has said that it shall go all the same."""

    remedy = "Take it out of these templates first, or say that it shall be deleted all the same."


class PostUnfit(AviaryError):
    """A post that a person wrote cannot be queued as it is. `faults`: field (text, media, at) -> what is wrong."""

    remedy = "Correct it, then save it again."

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


class OutcomeUnfit(AviaryError):
    """Orders, chats or revenue cannot be entered like this. `faults`: field -> what is wrong."""

    remedy = "Correct it, then enter it again."

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


class PostTaken(AviaryError):
    """A post that a person wrote is being sent, or was: it cannot be changed any more."""

    remedy = "Write another one; a post that stands on X is deleted there."


class TableUnreadable(AviaryError):
    """A file that a person sent is no table such as was asked for."""


class HomeError(AviaryError):
    """The home folder is missing, not writable, or not one of ours."""


class HomeInUse(HomeError):
    """Another Aviary process works on this home."""

    remedy = "Use the panel that is running already, or stop it first."


class SessionFileError(AviaryError):
    """cookies.json is missing, unreadable, or holds no X session."""

    remedy = (
        "Export the cookies of x.com from a browser that is logged in as this account, import them on its tab Session "
        "or save them as cookies.json in its folder, then press Resume."
    )


class SessionObjection(AviaryError):
    """A session that could work, but that a person should think twice about before it replaces the present one."""

    remedy = "Tick “Replace it anyway” if that is what you want, and send the cookies once more."


class ExperimentRefused(AviaryError):
    """A test cannot be set up as it was asked for. `faults`: field -> what is wrong."""

    remedy = "Correct it, then try again."

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class ExportFailed(AviaryError):
    """The numbers of all accounts could not be written into one file; the file is as it was."""


class SessionNotTaken(AviaryError):
    """A log-in in a window, or cookies that were tried, gave no session for this account: the one there is stays."""

    remedy = "The session is as it was. Press “Log in in a window” to try again, or import cookies."


class StorageError(AviaryError):
    """A database file is damaged, locked for too long, or cannot be written."""

    remedy = "Check free disk space and the rights of the folder; restore the file from a backup if it is damaged."


class ArchiveError(AviaryError):
    """An archive could not be written, is damaged, or was not made by Aviary."""


class Stopped(AviaryError):
    """A person or the shutdown asked this work to end; raised at the next safe point."""


class DeadlineExceeded(AviaryError):
    """A run took longer than `run_deadline_seconds` and was ended."""

    remedy = "Look at the picture of the page; if x.com was slow, nothing needs to be done."


class ModelTrouble(AviaryError):
    """A language model was no help. The text it was asked about stands as it is."""

    is_passing = False
    """Whether the same request may do better in a moment."""


class ModelOff(ModelTrouble):
    """Nothing may be asked, or it is not said whom."""

    remedy = "Set ai.enabled, ai.api_url and ai.model on the account's tab Settings."


class ModelUnreachable(ModelTrouble):
    """Nothing answers at the address."""

    remedy = "See that the model's program runs, and that ai.api_url is its address, such as http://127.0.0.1:11434/v1."


class ModelTooSlow(ModelTrouble):
    """The answer did not come in time."""

    remedy = "Raise ai.timeout (seconds), or take a smaller model."


class ModelKeyRefused(ModelTrouble):
    """The service does not take the key, or wants one."""

    remedy = "An admin enters the key of this service on the account's tab Writing help."


class ModelUnknown(ModelTrouble):
    """The service does not know the model, or wants one to be named."""

    remedy = "Write the model's name, as the service spells it, as ai.model on the account's tab Settings."


class ModelBusy(ModelTrouble):
    """The service has too much to do, or is down for now."""

    is_passing = True
    remedy = "Try again in a while; at a service that is paid for, look at what your account there may still use."


class ModelAnswerUnclear(ModelTrouble):
    """What came back is not the answer of an OpenAI-compatible service."""

    remedy = "See that ai.api_url is the address of an OpenAI-compatible API, which most often ends in /v1."


class ModelTextRefused(ModelTrouble):
    """The model's text may not stand in for the own one: it lost or invented something."""

    remedy = "Ask once more, or write it yourself."


class ModelBudgetSpent(ModelTrouble):
    """The requests of this day are used up."""

    remedy = "It goes on tomorrow (UTC). The limits are ai.budget_per_day and, for all accounts, ai_budget_per_day."


class LimitReached(AviaryError):
    """No permit is free until `free_at` (UTC). `is_gap`: only the gap between two posts of all accounts is not over."""

    def __init__(self, message: str, *, free_at: datetime, is_gap: bool = False) -> None:
        super().__init__(message)
        self.free_at = free_at
        self.is_gap = is_gap


class NothingToPost(AviaryError):
    """No template of this kind gives a text that may be posted now."""

    remedy = "Add templates, or wait until the texts of the last 30 days may be used again."


class BrowserMissing(AviaryError):
    """No browser, or no driver for it, can be started on this machine."""

    remedy = "Install Chrome, Chromium or Edge, or name one in config/accounts.yaml under settings.browser.binary."


class Trouble(AviaryError):
    """Something on x.com's side or the browser's. Subclasses fix what follows from it."""

    consequence: Consequence = Consequence.RUN_FAILED
    pause: timedelta = timedelta(0)
    """How long the account rests after this trouble (only with Consequence.LIMITED)."""
    retriable: bool = False
    """Reading may be tried again at once. A send never is."""

    @property
    def kind(self) -> str:
        """The name under which records keep this trouble, e.g. ``SessionExpired``."""
        return type(self).__name__


class SessionExpired(Trouble):
    """x.com treats the session as logged out."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = (
        "Log in to x.com as this account in a browser, export its cookies again, import them on the account's tab "
        "Session, then press Resume."
    )


class ForeignSession(Trouble):
    """The cookies are a valid session of another handle."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = "These cookies belong to another handle: import this account's own on its tab Session, then press Resume."

    def __init__(self, message: str, *, owner: str = "") -> None:
        super().__init__(message)
        self.owner = owner


class ChallengeShown(Trouble):
    """x.com asks the person to prove who they are. Aviary never answers it."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = "Open x.com as this account in a browser and answer what it asks, then press Resume."


class AccountLocked(Trouble):
    """x.com has locked the account (/account/access)."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = "Unlock the account on x.com yourself, let it rest for a day or two, then press Resume."


class AccountSuspended(Trouble):
    """x.com has suspended the account; it can read but not act."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = "Appeal on x.com if you think this is wrong; disable the account here meanwhile."


class ProxyRefused(Trouble):
    """The account's proxy does not take its login, or cannot be used at all. Nothing went out past it."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = (
        "Correct the proxy, its user and its password on the account's page Account, or ask whoever runs it; then "
        "press Resume."
    )


class PageChanged(Trouble):
    """An element the work needs is not on the page. `selector` names it in bot/x/selectors."""

    consequence = Consequence.NEEDS_ATTENTION
    remedy = "x.com may have changed its page: look at the picture, update Aviary, then press Resume."

    def __init__(self, message: str, *, selector: str = "") -> None:
        super().__init__(message)
        self.selector = selector


class PostLimitReached(Trouble):
    """x.com says the daily limit of posts is used up."""

    consequence = Consequence.LIMITED
    pause = timedelta(hours=24)
    remedy = "Nothing to do: the account rests for a day. Lower its posts per day if this comes often."


class SlowDown(Trouble):
    """x.com says the account acts too fast or looks automated."""

    consequence = Consequence.LIMITED
    pause = timedelta(hours=6)
    remedy = "The account rests for six hours. Lower its limits and lengthen its delays."


class DuplicateRefused(Trouble):
    """x.com refused the post: this account said the same already."""

    consequence = Consequence.ACTION_FAILED
    remedy = "Add more templates, so that the same text does not come up again."


class MediaRefused(Trouble):
    """x.com or our own check refused a picture or video."""

    consequence = Consequence.ACTION_FAILED
    remedy = "Use JPG, PNG or WEBP up to 5 MB, GIF up to 15 MB, or MP4 up to 512 MB."


class ActionRefused(Trouble):
    """x.com took an action (like, follow, post) back or refused it with a message."""

    consequence = Consequence.ACTION_FAILED
    remedy = "Look at the picture of the page for what x.com said."


class TargetGone(Trouble):
    """The post or person to act on is deleted, protected, or not visible."""

    consequence = Consequence.ACTION_FAILED
    remedy = "Nothing to do: the next candidate is taken."


class SendUndecided(Trouble):
    """The send was clicked but its answer was lost; only the profile can tell."""

    consequence = Consequence.ACTION_FAILED
    remedy = "Aviary looks for it on the account's profile; if it cannot tell, you decide."


class Unavailable(Trouble):
    """Base of passing troubles."""

    retriable = True


class XDown(Unavailable):
    """x.com answers with an error, or not at all."""

    remedy = "Nothing to do if it passes; check the internet connection if all accounts show it."


class ProxyFailed(Unavailable):
    """The account's proxy does not answer, or leads nowhere. Nothing went out past it."""

    remedy = (
        "Check that this account's proxy runs, and its address on the page Account. Until it answers, nothing of the "
        "account goes out: it never connects without its proxy."
    )


class PageTimeout(Unavailable):
    """A page or an element of it did not appear in time."""

    remedy = "Nothing to do if it passes; check the internet connection if all accounts show it."


class BrowserDied(Unavailable):
    """The browser or its driver went away in the middle of the work."""

    remedy = "Check the machine's free memory; lower max_concurrent_accounts if it is short."
