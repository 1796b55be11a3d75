import Foundation

extension SOAP.Weighting {
  /// - Throws: ``SOAPError/invalidWeighting(_:)``.
  func validate(hasCentralWeight: Bool) throws(SOAPError) {
    let (numbers, radius, offset) = parameters
    guard numbers.allSatisfy({ $0.isFinite && $0 >= 0 }), radius.isFinite else {
      throw .invalidWeighting("scale, offset and exponent must be finite and 0 or more.")
    }
    switch self {
    case .exponential:
      guard radius != 0 else { throw .invalidWeighting("its radius must not be 0.") }
    case .polynomial, .power:
      guard radius > 0 else { throw .invalidWeighting("its radius must be greater than 0 Å.") }
    }
    if case .power = self, offset == 0, !hasCentralWeight {
      throw .invalidWeighting(
        "with an offset of 0 an atom on the center counts infinitely; give the central weight.")
    }
  }

  private var parameters: (numbers: [Double], radius: Double, offset: Double) {
    switch self {
    case .polynomial(let scale, let radius, let exponent): ([scale, exponent], radius, 1)
    case .power(let scale, let offset, let radius, let exponent):
      ([scale, offset, exponent], radius, offset)
    case .exponential(let scale, let offset, let radius): ([scale, offset], radius, offset)
    }
  }

  /// The weight at a distance, and its derivative by the distance, 1/Å.
  ///
  /// - Parameter distance: Å; 0 or more. At 0 the slope is given as 0.
  func callAsFunction(at distance: Double) -> (value: Double, slope: Double) {
    let (value, slope) = formula(at: distance)
    return (value, distance > 0 && slope.isFinite ? slope : 0)
  }

  private func formula(at distance: Double) -> (value: Double, slope: Double) {
    switch self {
    case .polynomial(let scale, let radius, let exponent):
      let u = distance / radius
      guard u < 1 else { return (0, 0) }
      let base = (1 - u) * (1 - u) * (1 + 2 * u)
      return (
        scale * pow(base, exponent),
        exponent == 0 ? 0 : scale * exponent * pow(base, exponent - 1) * 6 * u * (u - 1) / radius
      )
    case .power(let scale, let offset, let radius, let exponent):
      let u = distance / radius
      let below = offset + pow(u, exponent)
      return (
        scale / below,
        exponent == 0 ? 0 : -scale * exponent * pow(u, exponent - 1) / (radius * below * below)
      )
    case .exponential(let scale, let offset, let radius):
      let decay = exp(-distance / radius)
      let below = offset + decay
      return (scale / below, scale * decay / (radius * below * below))
    }
  }
}

extension SOAP {
  /// Å; an atom closer to a center than this sits on it.
  static let onCenter = 1e-6

  /// What an atom at a distance counts, and the derivative by the distance, 1/Å.
  @inline(__always)
  func weight(at r: Double) -> (value: Double, slope: Double) {
    if r <= Self.onCenter, let weight = configuration.centralWeight { return (weight, 0) }
    let weight = configuration.weighting?(at: r) ?? (value: 1, slope: 0)
    let start = reach - configuration.taper
    guard r > start else { return weight }
    // A step with two continuous derivatives.
    let s = min((r - start) / configuration.taper, 1)
    let step = 1 - s * s * s * (10 - 15 * s + 6 * s * s)
    let slope = -30 * s * s * (1 - s) * (1 - s) / configuration.taper
    return (weight.value * step, weight.slope * step + weight.value * slope)
  }
}
