# SPDX-License-Identifier: Apache-2.0
"""An application whose hooks write down when and in which process they ran."""
