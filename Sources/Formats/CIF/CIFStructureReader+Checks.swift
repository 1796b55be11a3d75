import Matter

extension CIFStructureReader {
  /// Notes where the block's own volume or formula does not fit what was read.
  mutating func check(_ crystal: Crystal, _ cell: CIFCell) {
    checkVolume(cell)
    checkFormula(crystal)
  }

  private mutating func checkVolume(_ cell: CIFCell) {
    guard let token = single(.cellVolume), let declared = number(token) else { return }
    let volume = cell.lattice.volume
    if abs(declared - volume) > 0.01 * volume {
      notices.append(
        CIFNotice(
          offset: Int(document.tokens[token].start),
          message: "The volume is given as \(declared) Å³, but the cell has \(volume) Å³."))
    }
  }

  /// The formula may stand for one unit, of which Z fill the cell, or for the whole cell.
  private mutating func checkFormula(_ crystal: Crystal) {
    guard let token = single(.formulaSum) else { return }
    var declared = CIFFormula.amounts(document.bytes.span, document.tokens[token].range)
    var declaredTotal = 0.0
    for amount in declared { declaredTotal += amount }
    guard declaredTotal > 0 else { return }
    var total = 0.0
    for occupant in crystal.occupants { total += occupant.occupancy }
    let factor = total / declaredTotal
    for number in declared.indices { declared[number] *= factor }
    for occupant in crystal.occupants {
      declared[occupant.element.atomicNumber] -= occupant.occupancy
    }
    // Formulas are rounded to a few digits; a hundredth of the atoms of the cell is more than that.
    var isOff = false
    for amount in declared where abs(amount) > 0.01 * max(total, 1) { isOff = true }
    if isOff {
      note(token, "The formula \(quote(token)) does not fit the atoms of the cell.")
    } else if abs(factor - 1) > 0.02, let units = single(.formulaUnits), let count = number(units),
      abs(factor - count) > 0.02 * count
    {
      note(
        units, "The cell holds \(factor) formula units by its atoms, but Z is given as \(count).")
    }
  }

  private mutating func note(_ token: Int, _ message: String) {
    notices.append(CIFNotice(offset: Int(document.tokens[token].start), message: message))
  }
}
