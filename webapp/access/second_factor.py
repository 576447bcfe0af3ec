"""The second factor of a login: six digits from a phone (TOTP, RFC 6238), or a recovery code for a lost phone."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.clock import Clock
from bot.storage.panel.second_factors import SecondFactors
from webapp.access.refusals import AccessRefused

ISSUER = "Aviary"
STEP_SECONDS = 30
RECOVERY_CODES = 10
_CLOCKS_APART = (0, -1, 1)
"""Steps that a phone's clock may be off."""


@dataclass(frozen=True)
class Enrolment:
    """A secret on its way into a phone."""

    secret: str
    link: str  # otpauth://..., what the QR code says
    picture: str  # the QR code as a data: address

    @property
    def secret_in_groups(self) -> str:
        """As a person types it."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


class SecondFactor:
    """Begins, checks and ends second factors, over the panel's store."""

    def __init__(self, store: SecondFactors, clock: Clock, key: Callable[[], bytes]) -> None:
        """`key` gives the panel's secret key: the phones' secrets are kept sealed with one derived from it."""
        self._store = store
        self._clock = clock
        self._key = key

    def is_on(self, user_id: int) -> bool:
        factor = self._store.get(user_id)
        return factor is not None and factor.is_confirmed

    def recovery_codes_left(self, user_id: int) -> int:
        return self._store.recovery_codes_left(user_id)

    def begin(self, user_id: int) -> None:
        """Make a secret; it guards nothing before `confirm`. Raises AccessRefused when one is on already."""
        sealed = self._box().encrypt(pyotp.random_base32().encode()).decode()
        if not self._store.begin(user_id, sealed):
            raise AccessRefused("A second factor is set already.", remedy="Remove it first.")

    def enrolment(self, user_id: int, user_name: str) -> Enrolment | None:
        """The secret that waits to be confirmed, None when none does."""
        factor = self._store.get(user_id)
        secret = self._open(factor.sealed_secret) if factor and not factor.is_confirmed else None
        if secret is None:
            return None
        link = pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=ISSUER)
        return Enrolment(secret, link, segno.make(link, error="m").svg_data_uri(scale=5, light="#fff"))

    def confirm(self, user_id: int, code: str) -> list[str]:
        """Switch it on with a first code; returns the recovery codes, shown once. Raises AccessRefused."""
        factor = self._store.get(user_id)
        if factor is None or factor.is_confirmed:
            raise AccessRefused("There is no second factor to confirm.", remedy="Begin again.")
        if not self._is_right_code(user_id, factor.sealed_secret, code):
            remedy = "Type the six digits it shows now; check that phone and this machine have the right time."
            raise AccessRefused("That is not the code of this phone.", remedy=remedy)
        codes = make_recovery_codes()
        if not self._store.confirm(user_id, factor.sealed_secret, [_bare(each) for each in codes]):
            raise AccessRefused("Another secret was made meanwhile.", remedy="Begin again.")
        return codes

    def is_right(self, user_id: int, code: str) -> bool:
        """Use up a code of the phone or a recovery code."""
        factor = self._store.get(user_id)
        if factor is None or not factor.is_confirmed:
            return False
        if self._is_right_code(user_id, factor.sealed_secret, code):
            return True
        return self._store.spend_recovery_code(user_id, _bare(code))

    def renew_recovery_codes(self, user_id: int) -> list[str]:
        """New codes, shown once; those of before are void. Raises AccessRefused while no second factor is on."""
        if not self.is_on(user_id):
            raise AccessRefused("No second factor is set.", remedy="Set one up first.")
        codes = make_recovery_codes()
        self._store.replace_recovery_codes(user_id, [_bare(each) for each in codes])
        return codes

    def remove(self, user_id: int) -> None:
        self._store.remove(user_id)

    def _is_right_code(self, user_id: int, sealed_secret: str, code: str) -> bool:
        secret, digits = self._open(sealed_secret), _bare(code)
        if secret is None or not digits.isdecimal():
            return False
        now = int(self._clock.now().timestamp()) // STEP_SECONDS
        made = pyotp.TOTP(secret)
        steps = (now + apart for apart in _CLOCKS_APART)
        found = next((step for step in steps if made.verify(digits, for_time=step * STEP_SECONDS)), None)
        return found is not None and self._store.use_step(user_id, found)

    def _open(self, sealed_secret: str) -> str | None:
        """None when the panel's key is another than it was sealed with: recovery codes still do then."""
        try:
            return self._box().decrypt(sealed_secret).decode()
        except InvalidToken:
            return None

    def _box(self) -> Fernet:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"aviary second factor").derive(self._key())
        return Fernet(base64.urlsafe_b64encode(derived))


def make_recovery_codes() -> list[str]:
    """Codes of 80 random bits, in groups that can be typed."""
    made = (base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in made]


def _bare(code: str) -> str:
    """Without the blanks and dashes a person types or leaves out."""
    return "".join(sign for sign in code.lower() if sign.isalnum())[:64]
