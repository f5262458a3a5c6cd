# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of README.md, made from the captures and their truth."""


def table(folder):
    raise NotImplementedError(folder)
