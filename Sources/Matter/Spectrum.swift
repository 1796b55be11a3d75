/// Intensities along an axis: a diffraction pattern, a Raman, infrared or absorption spectrum.
public struct Spectrum: Hashable, Sendable {
  /// What the positions are.
  public struct Axis: Hashable, Sendable {
    /// As people name it: `2θ`, `energy`, `Raman shift`.
    public let quantity: String

    /// As the source writes it: `deg`, `eV`, `1/cm`; `nil` when it says nothing.
    public let unit: String?

    public init(_ quantity: String, unit: String? = nil) {
      self.quantity = quantity
      self.unit = unit
    }
  }

  public let axis: Axis

  /// Along ``axis``, never descending, `[points]`.
  public let positions: [Double]

  /// `[points]`.
  public let intensities: [Double]

  /// One standard deviation of each intensity, `[points]`; `nil` where none are known.
  public let uncertainties: [Double]?

  /// Of the radiation, Å; `nil` when the source does not say.
  public let wavelength: Double?

  /// - Throws: ``SpectrumError`` when there is no point, the arrays differ in length, a number is
  ///   not finite, the positions descend, or an uncertainty or the wavelength is negative.
  public init(
    axis: Axis, positions: [Double], intensities: [Double], uncertainties: [Double]? = nil,
    wavelength: Double? = nil
  ) throws(SpectrumError) {
    guard !positions.isEmpty else { throw .empty }
    guard positions.count == intensities.count,
      uncertainties.map({ $0.count == positions.count }) ?? true
    else { throw .countMismatch(positions: positions.count, intensities: intensities.count) }
    for (point, position) in positions.enumerated() {
      guard position.isFinite, intensities[point].isFinite else { throw .notFinite(point: point) }
      guard point == 0 || positions[point - 1] <= position else { throw .descending(point: point) }
      guard uncertainties.map({ $0[point].isFinite && $0[point] >= 0 }) ?? true else {
        throw .notFinite(point: point)
      }
    }
    guard wavelength.map({ $0.isFinite && $0 > 0 }) ?? true else { throw .wavelength }
    self.axis = axis
    self.positions = positions
    self.intensities = intensities
    self.uncertainties = uncertainties
    self.wavelength = wavelength
  }

  public var pointCount: Int { positions.count }
}

/// Why numbers are not a spectrum.
public enum SpectrumError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case countMismatch(positions: Int, intensities: Int)
  case notFinite(point: Int)
  case descending(point: Int)
  case wavelength

  public var description: String {
    switch self {
    case .empty: "A spectrum needs at least one point."
    case .countMismatch(let positions, let intensities):
      "\(positions) positions were given for \(intensities) intensities; give one for each."
    case .notFinite(let point):
      "Point \(point + 1) is not a finite number, or its uncertainty is negative."
    case .descending(let point):
      "Point \(point + 1) lies before its predecessor; sort the points."
    case .wavelength: "A wavelength is a finite number above 0 Å."
    }
  }
}
