internal import Matter

/// Where elements stand in the periodic table of 18 columns, the f-block drawn below it.
///
/// Groups 1...18 and periods 1...7 follow the IUPAC periodic table of 4 May 2022; lanthanum to
/// ytterbium and actinium to nobelium form the rows below, lutetium and lawrencium stand in group 3.
enum PeriodicTableLayout {
  struct Place: Hashable {
    /// 1...18.
    var column: Int
    /// 1...7 for the table, 9 and 10 for the f-block (8 is a gap).
    var row: Int
  }

  private static let nobleGases = [2, 10, 18, 36, 54, 86, 118]

  static func place(of element: Element) -> Place {
    let number = element.atomicNumber
    let period = (nobleGases.firstIndex { number <= $0 } ?? 6) + 1
    let before = period == 1 ? 0 : nobleGases[period - 2]
    let step = number - before
    switch period {
    case 1: return Place(column: number == 1 ? 1 : 18, row: 1)
    case 2, 3: return Place(column: step <= 2 ? step : step + 10, row: period)
    case 4, 5: return Place(column: step, row: period)
    default:
      if step <= 2 { return Place(column: step, row: period) }
      if step <= 16 { return Place(column: step, row: period + 3) }
      return Place(column: step - 14, row: period)
    }
  }
}
