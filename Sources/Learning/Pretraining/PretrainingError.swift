public import Matter
public import Representations

/// Why networks cannot learn from crystals alone.
public enum PretrainingError: Error, Hashable, Sendable {
  case tooFewCrystals(Int)
  case oneFormula(String)
  case oneElement(Element)
  case noLengths(CrystalEncoder.Architecture)
  case impossible
}

extension PretrainingError {
  static func check(
    _ crystals: [Crystal], _ configuration: CrystalPretrainer.Configuration
  ) throws {
    let objectives = configuration.objectives
    guard objectives.isPossible, configuration.encoder.isPossible else { throw impossible }
    guard objectives.impossible(for: configuration.encoder).isEmpty else {
      throw noLengths(configuration.encoder.architecture)
    }
    guard crystals.count >= CrystalPretrainer.fewestCrystals else {
      throw tooFewCrystals(crystals.count)
    }
    let compositions = crystals.map(\.composition)
    let elements = Set(compositions.flatMap(\.elements))
    if elements.count == 1, let only = elements.first, objectives.objectives.contains(.masked) {
      throw oneElement(only)
    }
    let formulas = Set(compositions.map(\.reducedFormula))
    if formulas.count == 1 { throw oneFormula(compositions[0].reducedFormula) }
  }
}

extension PretrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewCrystals(let count):
      "There are \(count) different crystals to learn from, but at least "
        + "\(CrystalPretrainer.fewestCrystals) are needed. Add files."
    case .oneFormula(let formula):
      "All crystals are \(formula), but another formula is needed to judge by what is learned. Add "
        + "files."
    case .oneElement(let element):
      "All crystals are of \(element.symbol): there is no telling what sits on a masked site. Add "
        + "crystals of other elements, or choose --objective denoising or barlow."
    case .noLengths(let architecture):
      "Networks of the kind \(architecture.rawValue) see no lengths, so that displaced atoms look to "
        + "them as before. Choose --objective masked or barlow."
    case .impossible:
      "Networks cannot learn with these settings: shares lie from 0 to below 1, the noise above 0 and "
        + "up to 1 Å."
    }
  }
}
