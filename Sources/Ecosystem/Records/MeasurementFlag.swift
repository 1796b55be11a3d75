/// Why a value that a source gives is kept, but not used as a measurement.
public enum MeasurementFlag: String, Codable, Hashable, Sendable, CaseIterable {
  case notFinite
  case absurd
  case negative
  case unknownUnit
  case wrongUnit
  case text
  case missing
  case repeated
  case uncertainty

  /// A few words, as lists have them: `2 below zero`.
  public var words: String {
    switch self {
    case .notFinite: "not finite"
    case .absurd: "absurdly large"
    case .negative: "below zero"
    case .unknownUnit: "in an unknown unit"
    case .wrongUnit: "in a wrong unit"
    case .text: "no number"
    case .missing: "marked as missing"
    case .repeated: "repeated with another value"
    case .uncertainty: "with an impossible uncertainty"
    }
  }

  /// What is wrong, and what to do about it.
  public var sentence: String {
    switch self {
    case .notFinite: "The value is NaN, infinite or beyond the range of numbers; measure it again."
    case .absurd: "The value is larger than this property can be; check its digits and its unit."
    case .negative: "The value is below zero, where this property cannot be; check it."
    case .unknownUnit: "The unit is not known; write one such as eV or g/cm^3."
    case .wrongUnit: "The unit measures something else than the property; check both."
    case .text: "A number is meant and none is there; write it with a decimal point, without words."
    case .missing: "The cell says that there is no value; leave it empty, or measure it."
    case .repeated:
      "The source gives the same thing another value further up; find out which one is right."
    case .uncertainty: "A standard uncertainty is a finite number, zero or more; correct it."
    }
  }
}
