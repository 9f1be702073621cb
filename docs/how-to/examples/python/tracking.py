# complaint_id and tracking code of an adapter's own ids: python3 tracking.py SOURCE ID...
import sys
from uuid import NAMESPACE_URL, UUID, uuid5

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def complaint_id(source: str, id: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{source}#{id}")


def tracking(complaint: UUID) -> str:
    number = int(complaint.hex[:12] + complaint.hex[13:16], 16) >> 5
    while number % 37 > 31:
        number = (number + 1) % 2**55
    code = "".join(DIGITS[number >> shift & 31] for shift in range(50, -1, -5))
    code += DIGITS[number % 37]
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


if __name__ == "__main__":
    source, *ids = sys.argv[1:]
    for id in ids:
        complaint = complaint_id(source, id)
        print(complaint, tracking(complaint))
