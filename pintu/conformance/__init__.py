"""``pintu check``: watches a foreign system on a test node, and says where it departs from the
contract (docs/reference/contract/)."""
