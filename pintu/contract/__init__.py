"""`pintu contract export`: the contract as files, made from the program's own types.

Whoever builds against it in another language needs nothing else of this project.
"""

from pintu.contract.export import ExportRefused, contract_files, export_contract

__all__ = ["ExportRefused", "contract_files", "export_contract"]
