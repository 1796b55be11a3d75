internal import Foundation

/// Turns values of one unit into values of another.
public struct UnitConversion: Hashable, Sendable {
  public let source: Unit
  public let target: Unit

  /// Target over source, both without zero and logarithm.
  private let ratio: UnitScale

  /// Whether large values of one are small values of the other: wavelength and energy.
  private let isInverse: Bool

  /// A conversion that physics allows.
  ///
  /// - Parameter equivalences: Laws and counts that may be used; see ``UnitEquivalence``.
  /// - Throws: ``ConversionError/incompatible(from:to:remedy:)`` naming both dimensions.
  public init(
    from source: Unit, to target: Unit, using equivalences: [UnitEquivalence] = []
  ) throws(ConversionError) {
    self.source = source
    self.target = target
    let (from, to) = (Side(source, equivalences), Side(target, equivalences))
    if from.dimension == to.dimension {
      ratio = from.scale / to.scale
      isInverse = false
    } else if let bridged = Side.bridge(from, to, equivalences) {
      ratio = bridged.ratio
      isInverse = bridged.isInverse
    } else {
      throw .incompatible(
        from: source, to: target, remedy: Self.remedy(source.dimension, target.dimension))
    }
  }

  /// Whether values are multiplied by ``factor`` alone.
  public var isScaling: Bool {
    source.isMultiplicative && target.isMultiplicative && !isInverse
  }

  /// What one unit of the source is in the target, zero points and logarithms aside.
  public var factor: Double { ratio.value }

  /// A value in the target unit.
  ///
  /// - Throws: ``ConversionError`` when a logarithm or an inverse needs a positive value, and when
  ///   the result is not finite.
  public func callAsFunction(_ value: Double) throws(ConversionError) -> Double {
    guard value.isFinite else { throw .notFinite(value, unit: source.symbol) }
    if let from = source.logarithm, let to = target.logarithm, !isInverse {
      // Kept in logarithms: 10^400 GPa is no number, 400 + 9 is.
      return try finite(
        (value * from.logOfBase + log(ratio.mantissa) + Double(ratio.exponent) * M_LN10)
          / to.logOfBase, of: value)
    }
    let linear = source.logarithm.map { exp(value * $0.logOfBase) } ?? value + source.offset
    if isInverse || target.logarithm != nil, !(linear > 0) {
      throw .notPositive(value, unit: source.symbol)
    }
    let scaled = isInverse ? ratio.divided(by: linear) : ratio.multiplied(by: linear)
    let underflows = scaled == 0 && linear != 0
    guard !underflows else { throw .notFinite(value, unit: source.symbol) }
    let result = target.logarithm.map { log(scaled) / $0.logOfBase } ?? scaled - target.offset
    return try finite(result, of: value)
  }

  /// A standard uncertainty in the target unit, by the slope of the conversion at `value`.
  ///
  /// First order: JCGM 100:2008, equation 10.
  public func uncertainty(
    _ uncertainty: Double, at value: Double
  ) throws(ConversionError) -> Double {
    if isScaling { return try finite(ratio.multiplied(by: uncertainty), of: uncertainty) }
    let result = try callAsFunction(value)
    // d(linear), relative to linear: the logarithm's own, or of the shifted value.
    let shifted = value + source.offset
    let before = source.logarithm.map { uncertainty * $0.logOfBase }
    if let to = target.logarithm {
      return try finite((before ?? uncertainty / shifted) / to.logOfBase, of: value)
    }
    if before == nil, !isInverse {
      return try finite(ratio.multiplied(by: uncertainty), of: value)
    }
    return try finite((before ?? uncertainty / shifted) * (result + target.offset), of: value)
      .magnitude
  }

  private func finite(_ result: Double, of value: Double) throws(ConversionError) -> Double {
    guard result.isFinite else { throw .notFinite(value, unit: source.symbol) }
    return result
  }
}

extension Unit.Logarithm {
  /// The natural logarithm of the base.
  var logOfBase: Double {
    switch self {
    case .base10: M_LN10
    case .natural: 1
    }
  }
}

extension UnitScale {
  func multiplied(by value: Double) -> Double {
    UnitScale.shifted(value * mantissa, by: exponent)
  }

  func divided(by value: Double) -> Double {
    UnitScale.shifted(mantissa / value, by: exponent)
  }
}

extension UnitConversion {
  /// A unit in which counts are expressed as the equivalences allow.
  private struct Side {
    var dimension: UnitDimension
    var scale: UnitScale

    init(_ unit: Unit, _ equivalences: [UnitEquivalence]) {
      dimension = unit.dimension
      scale = unit.scale
      // Moles become what they are moles of, then cells formula units, then all become atoms.
      for _ in 0..<3 {
        for substitution in equivalences.compactMap(\.substitution) { apply(substitution) }
      }
    }

    private mutating func apply(_ substitution: UnitEquivalence.Substitution) {
      let power = dimension.power(of: substitution.old)
      guard power != 0, substitution.old != substitution.new,
        substitution.ratio.mantissa.isFinite, substitution.ratio.mantissa > 0
      else { return }
      let twelfths = RationalPower(Int((power * 12).rounded()), over: 12)
      scale = scale * substitution.ratio.raised(to: twelfths.reduced)
      dimension = dimension.replacing(substitution.old, by: substitution.new)
    }

    static func bridge(
      _ from: Side, _ to: Side, _ equivalences: [UnitEquivalence]
    ) -> (ratio: UnitScale, isInverse: Bool)? {
      for equivalence in equivalences {
        let bridges = equivalence.bridges
        guard let first = bridges.first(where: { $0.dimension == from.dimension }),
          let second = bridges.first(where: { $0.dimension == to.dimension })
        else { continue }
        // Both sides stand for the same energy: f₁ x₁ = f₂ x₂, or f₁ x₁ = f₂ / x₂.
        let factors = first.factor / second.factor
        switch (first.isInverse, second.isInverse) {
        case (false, false), (true, true): return (factors * from.scale / to.scale, false)
        case (false, true): return (second.factor / first.factor / from.scale / to.scale, true)
        case (true, false): return (factors / from.scale / to.scale, true)
        }
      }
      return nil
    }
  }

  /// What would make the conversion possible.
  private static func remedy(_ from: UnitDimension, _ to: UnitDimension) -> String {
    if from.withoutCounts == to.withoutCounts {
      return "say how many atoms, formula units or cells are counted, and what a mole is a mole of"
    }
    let laws: [(UnitEquivalence, String)] = [
      (.spectroscopy, "ask for the spectroscopic equivalence E = h c / λ if light is meant"),
      (.thermal, "ask for the thermal equivalence E = k T if that is meant"),
      (.vickersHardness, "ask for the Vickers equivalence 1 HV = 1 kgf/mm² if that is meant"),
    ]
    for (law, sentence) in laws {
      let dimensions = law.bridges.map(\.dimension)
      if dimensions.contains(from.withoutCounts), dimensions.contains(to.withoutCounts) {
        return sentence
      }
    }
    return ""
  }
}

extension RationalPower {
  /// In lowest terms.
  var reduced: RationalPower {
    var (a, b) = (Int(numerator.magnitude), denominator)
    while b > 0 { (a, b) = (b, a % b) }
    return a > 1 ? RationalPower(numerator / a, over: denominator / a) : self
  }
}

extension Unit {
  /// Values in another unit; see ``UnitConversion``.
  public func convert(
    _ values: [Double], to target: Unit, using equivalences: [UnitEquivalence] = []
  ) throws(ConversionError) -> [Double] {
    let conversion = try UnitConversion(from: self, to: target, using: equivalences)
    var result: [Double] = []
    result.reserveCapacity(values.count)
    for value in values { result.append(try conversion(value)) }
    return result
  }
}
