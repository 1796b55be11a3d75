extension SpaceGroupSetting {
  /// The setting of a Hall symbol; spaces, underscores and case do not matter.
  ///
  /// A symbol outside Hall's list, such as `-C 1` or `P 2yab (x-1/4,y,z)`, is expanded by Hall's
  /// rules and named by the list where it has the same operations; then spaces or underscores must
  /// separate its words.
  public init?(hallSymbol: String) {
    let words = Self.words(hallSymbol)
    let tabulated =
      Self.byHallWords[words.joined(separator: " ")] ?? Self.byHallLetters[words.joined()]
    if let tabulated {
      self = Self.all[tabulated]
    } else {
      self.init(expanding: hallSymbol, name: nil)
    }
  }

  /// Finds a setting by its Hermann–Mauguin symbol in the usual spellings.
  ///
  /// Full or short (`P 1 21/c 1`, `P21/c`, `P 2(1)/c`), with or without spaces and underscores, in
  /// either case, without the bars that older sources leave out (`F m 3 m`), with the letters of
  /// before 1992 (`C m c a` for `C m c e`), as `H 3 2` in the protein data bank; followed by a
  /// choice with or without a colon: `R -3 m :R`, `R -3 m R`, `F d -3 m :2`, `F d -3 m Z`. `S` and
  /// `Z` are the first and second origin, and mean nothing where there is one origin only.
  ///
  /// Without a choice a symbol means the first setting in Hall's list that it fits: unique axis b,
  /// origin choice 1, hexagonal axes. ``alternatives`` lists the others.
  public init?(hermannMauguin symbol: String) {
    guard let (name, choice) = Self.nameAndChoice(symbol) else { return nil }
    if choice.isEmpty, let setting = Self.named(name, choice: "") {
      self = setting
      return
    }
    if !choice.isEmpty {
      guard let setting = Self.named(name, choice: choice) else { return nil }
      self = setting
      return
    }
    // A choice that follows without a colon.
    guard let last = name.last, "12hrsz".contains(last),
      let setting = Self.named(String(name.dropLast()), choice: String(last))
    else { return nil }
    self = setting
  }

  /// Settings of Hall's list that bear the same symbol: the other origin or axes, this one included.
  public var alternatives: [SpaceGroupSetting] {
    Self.all.filter { $0.number == number && $0.fullSymbol == fullSymbol }
  }

  private static func named(_ name: String, choice: String) -> SpaceGroupSetting? {
    if let places = byName[name] { return choose(choice, among: places.map { all[$0] }) }
    guard choice.isEmpty, let further = furtherHallSymbols[name] else { return nil }
    return SpaceGroupSetting(expanding: further.hall, name: further.name)
  }

  /// The first that fits the choice; any, where the choice is empty.
  static func choose(
    _ choice: String, among settings: [SpaceGroupSetting]
  ) -> SpaceGroupSetting? {
    let choice = choice.lowercased()
    switch choice {
    case "": return settings.first
    case "s", "z":
      let origin = choice == "s" ? "1" : "2"
      return settings.first { $0.choice.hasPrefix(origin) } ?? settings.first
    case "1", "2": return settings.first { $0.choice.hasPrefix(choice) }
    default:
      // CIF writes the standard order of axes as abc, spglib leaves it out.
      let spellings = [choice, choice.hasSuffix("abc") ? String(choice.dropLast(3)) : choice]
      return settings.first { spellings.contains($0.choice.lowercased()) }
    }
  }

  // MARK: Reading symbols

  /// The letters of a symbol in lower case and without spaces, and the choice behind it.
  private static func nameAndChoice(_ symbol: String) -> (name: String, choice: String)? {
    guard symbol.utf8.count <= 80 else { return nil }
    let plain = plainLetters(symbol)
    if let brace = plain.firstIndex(of: "{") {
      let remark = plain[brace...]
      let choice = remark.contains("rhomb") ? "r" : remark.contains("hex") ? "h" : ""
      guard !choice.isEmpty else { return nil }
      return (compact(plain[..<brace]), choice)
    }
    let parts = plain.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first else { return nil }
    let name = compact(first)
    guard parts.count == 2 else { return (name, "") }
    return (name, compact(parts[1]))
  }

  /// Lower case; typographic minus signs and subscripts as ASCII.
  private static func plainLetters(_ symbol: String) -> String {
    var text = ""
    for scalar in symbol.unicodeScalars {
      switch scalar.value {
      case 0x2080...0x2089: text.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value - 0x2050)))
      case 0x2010...0x2015, 0x2212: text += "-"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text.lowercased()
  }

  /// Without spaces, underscores, quotes and the parentheses around screw axes.
  static func compact(_ text: some StringProtocol) -> String {
    String(text.filter { !" _\t'\"()".contains($0) })
  }

  private static func words(_ symbol: String) -> [String] {
    symbol.lowercased().split { " _\t".contains($0) }.map { String($0) }
  }

  // MARK: Tables

  private static let byHallWords: [String: Int] = Dictionary(
    all.enumerated().map { (words($0.element.hallSymbol).joined(separator: " "), $0.offset) },
    uniquingKeysWith: min)

  /// `P 3 2` and `P 32` have the same letters, so that the letters alone name neither.
  private static let byHallLetters: [String: Int] = {
    var places: [String: Int] = [:]
    var ambiguous: Set<String> = []
    for (spaced, place) in byHallWords {
      let letters = spaced.filter { $0 != " " }
      if places.updateValue(place, forKey: letters) != nil { ambiguous.insert(letters) }
    }
    return places.filter { !ambiguous.contains($0.key) }
  }()

  /// Places of settings by the letters of each of their names; names of better standing first.
  private static let byName: [String: [Int]] = {
    var table: [String: [Int]] = [:]
    let named = all.map(names)
    for standing in 0..<(named.map(\.count).max() ?? 0) {
      for (place, names) in named.enumerated() where standing < names.count {
        for name in Set(names[standing].map { compact(plainLetters($0)) })
        where !(table[name]?.contains(place) ?? false) {
          table[name, default: []].append(place)
        }
      }
    }
    return table
  }()
}
