import Matter

extension SpaceGroupSetting {
  /// The Hermann–Mauguin symbol as CIF spells it, with spaces, without underscores, and with the choice
  /// of origin or axes behind a colon: `P 1 21/c 1`, `F d -3 m:2`, `R -3 c:H`.
  ///
  /// `nil` where the spelling would be read as another setting.
  var symbolForCIF: String? {
    var words = fullSymbol.replacing("_", with: "").split(separator: " ").map(String.init)
    // Outside the monoclinic system short symbols leave out axes that planes imply; those along the
    // main axis of tetragonal and hexagonal groups stay.
    let first: Int? =
      switch crystalSystem {
      case .triclinic, .monoclinic: nil
      case .orthorhombic, .cubic: 1
      case .tetragonal, .trigonal, .hexagonal: 2
      }
    if let first, first < words.count {
      for place in first..<words.count {
        if let slash = words[place].lastIndex(of: "/") {
          words[place] = String(words[place][words[place].index(after: slash)...])
        }
      }
    }
    var symbol = words.joined(separator: " ")
    if let mark = choice.first, "12HR".contains(mark) { symbol += ":\(mark)" }
    guard let read = SpaceGroupSetting(hermannMauguin: symbol),
      Set(read.operations) == Set(operations)
    else { return nil }
    return symbol
  }
}
