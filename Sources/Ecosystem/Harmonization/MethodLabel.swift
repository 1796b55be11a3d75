import Matter

/// How a value was obtained, as far as a text or a column says; what is not said stays unknown.
public struct MethodLabel: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable {
    case experiment, calculation, unknown
  }

  public var kind = Kind.unknown

  /// In one spelling: `PBE`, `PBEsol`, `HSE06`, `r2SCAN`, `GLLB-SC`; `HSE` where no year is given.
  public var functional: String?

  /// Hubbard corrections: whether there are any, and the values that are given, eV.
  public var hasHubbardU = false
  public var hubbardU: [String: Double] = [:]

  /// `D3(BJ)`, `TS`, …
  public var dispersion: String?
  public var hasSpinOrbit = false

  /// `PAW`, `USPP`, `NCPP`, `ONCV`, `all-electron`.
  public var pseudopotential: String?

  /// Divisions of the reciprocal cell.
  public var kMesh: [Int]?

  /// Of plane waves, eV.
  public var cutoff: Double?

  /// Words that were not understood, in their order.
  public var unread: [String] = []

  /// The family by which values are compared: functional with +U, dispersion and spin–orbit
  /// coupling; `experiment`; `unknown`.
  public var fidelity: String {
    if kind == .experiment { return "experiment" }
    guard let functional else { return "unknown" }
    var label = functional
    if hasHubbardU { label += "+U" }
    if let dispersion { label += "-\(dispersion)" }
    if hasSpinOrbit { label += "+SOC" }
    return label
  }

  public init() {}

  /// Reads a label such as `PBE+U (U_Fe = 4.3 eV), PAW, 520 eV, 6x6x4`, or `ordered_exp`.
  public init(parsing text: String) {
    var words = Self.words(text)[...]
    while let word = words.popFirst() {
      if !read(word, following: &words), !readCompound(word) { unread.append(word) }
    }
  }

  /// Words; signs that join (`+`, `=`) separate, apart from hyphens within a name.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in text {
      if character.isLetter || character.isNumber || "-.×*".contains(character) {
        word.append(character)
      } else {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// Names joined by hyphens, such as `PBE-D3`: read only where every part is understood.
  private mutating func readCompound(_ word: String) -> Bool {
    let parts = word.split(separator: "-").map(String.init)
    guard parts.count > 1 else { return false }
    var result = self
    for part in parts {
      var none: ArraySlice<String> = []
      guard result.read(part, following: &none) else { return false }
    }
    self = result
    return true
  }

  private mutating func read(_ word: String, following: inout ArraySlice<String>) -> Bool {
    let plain = word.filter { $0.isLetter || $0.isNumber }.uppercased()
    if let name = Self.functionals[plain] {
      functional = functional ?? name
      kind = kind == .unknown ? .calculation : kind
    } else if let name = Self.dispersions[plain] {
      dispersion = name
      if name == "D3", following.first?.uppercased() == "BJ" {
        following.removeFirst()
        dispersion = "D3(BJ)"
      }
    } else if Self.experiments.contains(plain) {
      kind = .experiment
    } else if ["DFT", "CALC", "CALCULATED", "THEORY", "COMPUTED"].contains(plain) {
      kind = .calculation
    } else if let name = Self.pseudopotentials[plain] {
      pseudopotential = name
    } else if ["SOC", "SO"].contains(plain) {
      hasSpinOrbit = true
    } else if plain == "U" || plain == "UEFF" {
      readHubbard(&following)
    } else if let mesh = Self.mesh(word) {
      kMesh = mesh
    } else if let value = Double(word), let energy = Self.energy(value, following.first) {
      cutoff = energy
      following.removeFirst()
    } else {
      return ["FUNCTIONAL", "XC", "KPOINTS", "KMESH", "MESH", "CUTOFF", "EV"].contains(plain)
    }
    return true
  }

  /// `U`, `U 4.3`, `U Fe 4.3`; the unit eV is passed over.
  private mutating func readHubbard(_ following: inout ArraySlice<String>) {
    hasHubbardU = true
    var place = following.startIndex
    var element = ""
    if place < following.endIndex, Element(symbol: following[place]) != nil {
      element = following[place]
      place += 1
    }
    guard place < following.endIndex, let value = Double(following[place]) else { return }
    hubbardU[element] = value
    following = following[(place + 1)...]
  }

  private static func mesh(_ word: String) -> [Int]? {
    let parts = word.split(whereSeparator: { "x×*X".contains($0) }).map { Int($0) }
    guard parts.count == 3 else { return nil }
    let mesh = parts.compactMap { $0 }.filter { (1...999).contains($0) }
    return mesh.count == 3 ? mesh : nil
  }

  private static func energy(_ value: Double, _ unit: String?) -> Double? {
    guard let unit, ["eV", "Ry", "Ha", "Hartree"].contains(unit),
      let source = try? Unit(parsing: unit), let target = try? Unit(parsing: "eV"),
      let conversion = try? UnitConversion(from: source, to: target)
    else { return nil }
    return try? conversion(value)
  }

  private static let experiments: Set<String> = [
    "EXP", "EXPT", "EXPERIMENT", "EXPERIMENTAL", "MEASURED", "MEASUREMENT",
  ]

  private static let functionals: [String: String] = [
    "PBE": "PBE", "PBESOL": "PBEsol", "RPBE": "RPBE", "REVPBE": "revPBE", "PW91": "PW91",
    "LDA": "LDA", "GGA": "GGA", "AM05": "AM05", "SCAN": "SCAN", "RSCAN": "rSCAN",
    "R2SCAN": "r2SCAN", "TPSS": "TPSS", "HSE": "HSE", "HSE03": "HSE03", "HSE06": "HSE06",
    "HSESOL": "HSEsol", "PBE0": "PBE0", "B3LYP": "B3LYP", "BLYP": "BLYP", "GLLBSC": "GLLB-SC",
    "MBJ": "TB-mBJ", "TBMBJ": "TB-mBJ", "OPTB88VDW": "optB88-vdW", "OPTB86BVDW": "optB86b-vdW",
    "OPTPBEVDW": "optPBE-vdW", "VDWDF": "vdW-DF", "VDWDF2": "vdW-DF2", "G0W0": "G0W0",
    "GW0": "GW0", "SCGW": "scGW", "QSGW": "QSGW", "GW": "GW", "RPA": "RPA", "CCSDT": "CCSD(T)",
  ]

  private static let dispersions: [String: String] = [
    "D2": "D2", "D3": "D3", "D3BJ": "D3(BJ)", "D4": "D4", "TS": "TS", "MBD": "MBD",
  ]

  private static let pseudopotentials: [String: String] = [
    "PAW": "PAW", "USPP": "USPP", "ULTRASOFT": "USPP", "NCPP": "NCPP", "NORMCONSERVING": "NCPP",
    "ONCV": "ONCV", "GBRV": "GBRV", "SSSP": "SSSP", "ALLELECTRON": "all-electron",
    "FPLAPW": "all-electron", "LAPW": "all-electron",
  ]
}
