extension Element {
  /// The row of the periodic table, 1 to 7.
  public var period: Int {
    // The last element of each period is a noble gas.
    let ends = [2, 10, 18, 36, 54, 86, 118]
    return (ends.firstIndex { atomicNumber <= $0 } ?? 6) + 1
  }

  /// Whether the element stands in the two rows below the table: La to Yb, Ac to No.
  ///
  /// Group 3 holds Sc, Y, Lu and Lr: Scerri, Pure Appl. Chem. 93, 123 (2021).
  public var isFBlock: Bool {
    (57...70).contains(atomicNumber) || (89...102).contains(atomicNumber)
  }

  /// The column of the periodic table, 1 to 18 (the IUPAC group); for the f block the place in its
  /// row, 3 (La, Ac) to 16 (Yb, No).
  public var column: Int {
    if isFBlock { return atomicNumber - (atomicNumber < 80 ? 57 : 89) + 3 }
    if atomicNumber == 1 { return 1 }
    if atomicNumber == 2 { return 18 }
    let noble = [2, 10, 18, 36, 54, 86][period - 2]
    let place = atomicNumber - noble
    switch period {
    case 2, 3: return place <= 2 ? place : place + 10
    case 4, 5: return place
    default: return place <= 2 ? place : place - 14
    }
  }
}
