"""GPU models as the Console API names them, and as the tables do; a name that is not here is not guessed."""

from __future__ import annotations

__all__ = ["SUFFIXES", "priced"]

SUFFIXES = {
    "a100": "a100", "b200": "b200", "b300": "b300", "gtx1080ti": "gtx_1080_ti", "h100": "h100", "h200": "h200",
    "p40": "p40", "rtx3060": "rtx_3060", "rtx3090": "rtx_3090", "rtx3090ti": "rtx_3090_ti",
    "rtx4000ada": "rtx_4000_ada", "rtx4060ti": "rtx_4060_ti", "rtx4090": "rtx_4090", "rtx5090": "rtx_5090",
    "pro6000se": "rtx_pro_6000_se", "pro6000we": "rtx_pro_6000_we", "t4": "t4",
}  # fmt: skip
"""Model of the API -> end of the metrics ``gpus_total_...`` and ``gpus_leased_...``."""

_PRICED = {
    "a100 40gi pcie": "A100 PCIe 40GB", "a100 40gi sxm": "A100 SXM 40GB",
    "a100 80gi pcie": "A100 PCIe 80GB", "a100 80gi sxm": "A100 SXM 80GB",
    "h100 80gi pcie": "H100 PCIe 80GB", "h100 80gi sxm": "H100 SXM 80GB", "h100 94gi pcie": "H100 NVL 94GB",
    "h200 141gi sxm": "H200 SXM 141GB", "h200nvl 141gi": "H200 NVL 141GB",
    "v100 16gi pcie": "V100 PCIe 16GB", "v100 16gi sxm2": "V100 SXM2 16GB",
    "v100 32gi pcie": "V100 PCIe 32GB", "v100 32gi sxm2": "V100 SXM2 32GB",
    "a40 48gi": "A40", "b200 180gi": "B200", "b300 288gi": "B300", "l4 24gi": "L4", "l40 48gi": "L40",
    "l40s 48gi": "L40S", "p100 16gi": "P100", "p4 8gi": "P4", "p40 24gi": "P40", "t4 16gi": "T4",
    "gtx1060 6gi": "GTX 1060", "gtx1070 8gi": "GTX 1070", "gtx1070ti 8gi": "GTX 1070 Ti", "gtx1080 8gi": "GTX 1080",
    "gtx1080ti 11gi": "GTX 1080 Ti", "gtx1660 6gi": "GTX 1660", "gtx1660ti 6gi": "GTX 1660 Ti",
    "rtx2060 6gi": "RTX 2060", "rtx2070 8gi": "RTX 2070", "rtx2070s 8gi": "RTX 2070 Super", "rtx2080 8gi": "RTX 2080",
    "rtx2080s 8gi": "RTX 2080 Super", "rtx2080ti 11gi": "RTX 2080 Ti",
    "rtx3060 12gi": "RTX 3060", "rtx3060ti 8gi": "RTX 3060 Ti", "rtx3070 8gi": "RTX 3070", "rtx3080 10gi": "RTX 3080",
    "rtx3090 24gi": "RTX 3090", "rtx3090ti 24gi": "RTX 3090 Ti",
    "rtx4060ti 8gi": "RTX 4060 Ti", "rtx4060ti 16gi": "RTX 4060 Ti",  # sold with both, and one row in the tables
    "rtx4070 12gi": "RTX 4070", "rtx4070ti 12gi": "RTX 4070 Ti", "rtx4080 16gi": "RTX 4080",
    "rtx4080s 16gi": "RTX 4080 SUPER", "rtx4090 24gi": "RTX 4090",
    "rtx5070 12gi": "RTX 5070", "rtx5080 16gi": "RTX 5080", "rtx5090 32gi": "RTX 5090",
    "rtx4000 8gi": "Quadro RTX 4000", "rtx5000 16gi": "Quadro RTX 5000", "rtx6000 24gi": "Quadro RTX 6000",
    "rtx8000 48gi": "Quadro RTX 8000", "rtx4000ada 20gi": "RTX 4000 Ada", "rtx4000sada 20gi": "RTX 4000 SFF Ada",
    "rtxa2000 6gi": "RTX A2000", "a5000 24gi": "RTX A5000", "rtxa6000 48gi": "RTX A6000",
    "pro6000se 96gi": "RTX PRO 6000 Blackwell", "pro6000we 96gi": "RTX PRO 6000 Blackwell",
}  # fmt: skip


def priced(model: str, ram: str, interface: str) -> str:
    """Return the ``gpu_model`` of the table ``gpu_specs`` for what the API names; empty if the table has none.

    Model and memory must be those of the table, and the interface too where the table tells it: the API writes the
    generation of the socket behind it (SXM4, SXM5), which the table does for the V100 alone.

    >>> priced("h100", "80Gi", "SXM5"), priced("h100", "64Gi", "SXM5"), priced("t4", "16Gi", "PCIe")
    ('H100 SXM 80GB', '', 'T4')
    """
    card, form = f"{model} {ram}".lower(), interface.lower()
    names = (f"{card} {form}", f"{card} {form.rstrip('0123456789')}", card)
    return next((_PRICED[name] for name in names if name in _PRICED), "")
