import CSpglib

extension SpaceGroupSetting {
  /// Names of a setting in groups of falling standing; a name belongs first to the settings that
  /// bear it with the highest standing.
  static func names(of setting: SpaceGroupSetting) -> [[String]] {
    guard let hallNumber = setting.hallNumber else { return [[setting.fullSymbol]] }
    let type = spg_get_spacegroup_type(Int32(hallNumber))
    let international = text(of: type.international).split(separator: "=")
      .map { $0.drop { $0 == " " } }.map { String($0) }
    var names = [[setting.fullSymbol] + international.suffix(from: 0)]
    names[0].append(contentsOf: namesBefore1992(hallNumber))
    // The short symbol names the group, and by it the first setting.
    names.append([setting.shortSymbol])
    names.append(shortMonoclinic(setting))
    names.append(withoutBars(setting, names[0] + names[1]))
    if setting.choice == "H" {
      names.append((names[0] + names[1] + names[3]).map { "H" + $0.dropFirst() })
    }
    return names
  }

  /// `P 21/n` for `P 1 21/n 1`; unique axis b comes before c and a in Hall's list.
  private static func shortMonoclinic(_ setting: SpaceGroupSetting) -> [String] {
    guard setting.crystalSystem == .monoclinic else { return [] }
    return [setting.fullSymbol.split(separator: " ").filter { $0 != "1" }.joined(separator: " ")]
  }

  /// `F m 3 m` for `F m -3 m`.
  private static func withoutBars(_ setting: SpaceGroupSetting, _ names: [String]) -> [String] {
    guard setting.pointGroup.hasPrefix("m-3") else { return [] }
    return names.map { $0.filter { $0 != "-" } }
  }

  /// Symbols of groups 39, 41, 64, 67 and 68 without the letter `e` for a pair of glide planes,
  /// International Tables A, 4th edition; in the order of Hall's list.
  private static func namesBefore1992(_ hallNumber: Int) -> [String] {
    for (first, names) in oldNames where (first..<first + names.count).contains(hallNumber) {
      return [names[hallNumber - first]]
    }
    return []
  }

  private static let oldNames: [(first: Int, names: [String])] = [
    (191, ["Abm2", "Bma2", "B2cm", "C2mb", "Cm2a", "Ac2m"]),
    (203, ["Aba2", "Bba2", "B2cb", "C2cb", "Cc2a", "Ac2a"]),
    (304, ["Cmca", "Ccmb", "Abma", "Acam", "Bbcm", "Bmab"]),
    (316, ["Cmma", "Cmmb", "Abmm", "Acmm", "Bmcm", "Bmam"]),
    (
      322,
      [
        "Ccca", "Ccca", "Cccb", "Cccb", "Abaa", "Abaa", "Acaa", "Acaa", "Bbcb", "Bbcb", "Bbab",
        "Bbab",
      ]
    ),
  ]
}
