"""GPU models as the Console API names them, and as the tables do; a name that is not here is not guessed."""

from __future__ import annotations

__all__ = ["PRICED", "SUFFIXES"]

SUFFIXES = {
    "a100": "a100",
    "b200": "b200",
    "b300": "b300",
    "gtx1080ti": "gtx_1080_ti",
    "h100": "h100",
    "h200": "h200",
    "p40": "p40",
    "rtx3060": "rtx_3060",
    "rtx3090": "rtx_3090",
    "rtx3090ti": "rtx_3090_ti",
    "rtx4000ada": "rtx_4000_ada",
    "rtx4060ti": "rtx_4060_ti",
    "rtx4090": "rtx_4090",
    "rtx5090": "rtx_5090",
    "pro6000se": "rtx_pro_6000_se",
    "pro6000we": "rtx_pro_6000_we",
    "t4": "t4",
}
"""Model of the API -> end of the metrics ``gpus_total_...`` and ``gpus_leased_...``."""

PRICED = {
    ("a100", "40Gi", "pcie"): "A100 PCIe 40GB",
    ("a100", "40Gi", "sxm"): "A100 SXM 40GB",
    ("a100", "80Gi", "pcie"): "A100 PCIe 80GB",
    ("a100", "80Gi", "sxm"): "A100 SXM 80GB",
    ("a100", "80Gi", "sxm4"): "A100 SXM 80GB",
    ("h100", "80Gi", "pcie"): "H100 PCIe 80GB",
    ("h100", "80Gi", "sxm"): "H100 SXM 80GB",
    ("h100", "80Gi", "sxm5"): "H100 SXM 80GB",
    ("h100", "94Gi", "pcie"): "H100 NVL 94GB",
    ("h200", "141Gi", "sxm"): "H200 SXM 141GB",
    ("h200", "141Gi", "sxm5"): "H200 SXM 141GB",
    ("v100", "16Gi", "pcie"): "V100 PCIe 16GB",
    ("v100", "16Gi", "sxm2"): "V100 SXM2 16GB",
    ("v100", "32Gi", "pcie"): "V100 PCIe 32GB",
    ("v100", "32Gi", "sxm2"): "V100 SXM2 32GB",
    **{
        (model, ram, interface): name
        for model, ram, name in (
            ("b200", "180Gi", "B200"),
            ("b300", "288Gi", "B300"),
            ("gtx1070ti", "8Gi", "GTX 1070 Ti"),
            ("gtx1080ti", "11Gi", "GTX 1080 Ti"),
            ("l4", "24Gi", "L4"),
            ("l40", "48Gi", "L40"),
            ("l40s", "48Gi", "L40S"),
            ("p4", "8Gi", "P4"),
            ("p40", "24Gi", "P40"),
            ("rtx3060", "12Gi", "RTX 3060"),
            ("rtx3060ti", "8Gi", "RTX 3060 Ti"),
            ("rtx3080", "10Gi", "RTX 3080"),
            ("rtx3090", "24Gi", "RTX 3090"),
            ("rtx3090ti", "24Gi", "RTX 3090 Ti"),
            ("rtx4000ada", "20Gi", "RTX 4000 Ada"),
            ("rtx4060ti", "16Gi", "RTX 4060 Ti"),
            ("rtx4080", "16Gi", "RTX 4080"),
            ("rtx4090", "24Gi", "RTX 4090"),
            ("rtx5090", "32Gi", "RTX 5090"),
            ("rtxa6000", "48Gi", "RTX A6000"),
            ("pro6000se", "96Gi", "RTX PRO 6000 Blackwell"),
            ("pro6000we", "96Gi", "RTX PRO 6000 Blackwell"),
            ("t4", "16Gi", "T4"),
        )
        for interface in ("pcie", "sxm", "sxm5", "sxm6")
    },
}
"""Model, memory and interface of the API -> ``gpu_model`` of the table ``gpu_specs``."""
