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

  private mutating func checkFormula(_ crystal: Crystal) {
    guard let token = single(.formulaSum) else { return }
    var declared = CIFFormula.amounts(document.bytes.span, document.tokens[token].range)
    var declaredTotal = 0.0
    for amount in declared { declaredTotal += amount }
    guard declaredTotal > 0 else { return }
    let units = single(.formulaUnits).flatMap { number($0) }
    var total = 0.0
    for occupant in crystal.occupants { total += occupant.occupancy }
    let factor = units.flatMap { $0 > 0 ? $0 : nil } ?? total / declaredTotal
    for number in declared.indices { declared[number] *= factor }
    for occupant in crystal.occupants {
      declared[occupant.element.atomicNumber] -= occupant.occupancy
    }
    // Formulas are rounded to a few digits; a hundredth of the atoms of the cell is more than that.
    guard declared.contains(where: { abs($0) > 0.01 * max(total, 1) }) else { return }
    let unitsText = units.map { ", Z = \($0)," } ?? ""
    notices.append(
      CIFNotice(
        offset: Int(document.tokens[token].start),
        message: "The formula \(quote(token))\(unitsText) does not fit the atoms of the cell."))
  }
}
