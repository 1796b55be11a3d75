#!/usr/bin/env python3
"""Writes Sources/Matter/Generated/SupplyTable.swift.

    pip install mendeleev==1.3.0 pymatgen
    Scripts/generate_supply_table.py > Sources/Matter/Generated/SupplyTable.swift

Prices in USD/kg as mendeleev 1.3.0 (MIT licence) keeps them from Wikipedia, "Prices of chemical
elements", which names source and year of each (2001 to 2020). Herfindahl-Hirschman indices of
production and reserves by country, 0 to 10,000: Gaultois et al., Chem. Mater. 25, 2911 (2013), as
in pymatgen's hhi_data.csv (MIT licence).
"""
import csv
import importlib.util
import os

from mendeleev import get_all_elements

folder = os.path.dirname(importlib.util.find_spec("pymatgen.analysis.hhi").origin)
with open(os.path.join(folder, "hhi_data.csv")) as file:
    rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
concentrations = {symbol: (production, reserves) for symbol, production, reserves in rows}


def number(value):
    if value is None:
        return ".nan"
    value = float(value)
    return str(int(value)) if value == int(value) else repr(value)


print("// Written by Scripts/generate_supply_table.py, which names the sources.\n")
print("enum SupplyTable {")
print("  /// By atomic number from 1: USD/kg, indices of production and of reserves; NaN is unknown.")
print("  static let rows: [(price: Double, production: Double, reserves: Double)] = [")
for element in get_all_elements()[:103]:
    production, reserves = concentrations.get(element.symbol, (None, None))
    values = ", ".join(number(v) for v in (element.price_per_kg, production, reserves))
    print(f"    ({values}),  // {element.symbol}")
print("  ]\n}")
