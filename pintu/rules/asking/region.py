"""Which region a new folder is for."""

from dataclasses import dataclass

from broker.domain.routing.own_names import PROVINCES

SHIPPED_REGION = "19.03"
_KINDS = ("kabupaten ", "kota ")


@dataclass(frozen=True, slots=True)
class Region:
    """``code``: Kemendagri's, of a kabupaten or kota: `35.78`; ``name``: `Kota Surabaya`."""

    code: str
    name: str

    @property
    def level(self) -> str:
        """`kota` or `kabupaten`: by the name, else by the code, whose second half is 71 or more
        for cities."""
        for kind in _KINDS:
            if self.name.lower().startswith(kind):
                return kind.strip()
        return "kota" if self.code[3:5] >= "71" else "kabupaten"

    @property
    def bare(self) -> str:
        """The name without its kind: `Surabaya`."""
        for kind in _KINDS:
            if self.name.lower().startswith(kind):
                return self.name[len(kind) :].strip()
        return self.name

    @property
    def province(self) -> str:
        """The name of its province; empty for a code that no province has."""
        return PROVINCES.get(self.code[:2], "")
