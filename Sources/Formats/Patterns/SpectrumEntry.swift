public import Matter

/// One spectrum found in a file, with what the file says about it.
public struct SpectrumEntry: Hashable, Sendable {
  /// The title or the sample; `nil` where the file gives none.
  public var name: String?

  public var spectrum: Spectrum

  /// Named lines of the header, in their order.
  public var header: [HeaderLine]

  /// What was read with reservations.
  public var notices: [ReadingNotice]

  public struct HeaderLine: Hashable, Sendable {
    public var key: String
    public var value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }
}

/// Points in the order of a file, on their way to a spectrum.
struct PointColumns {
  var positions: [Double] = []
  var intensities: [Double] = []
  var uncertainties: [Double]?

  /// The line of the first point.
  var line = 0

  /// The points in ascending order, with a notice where that is not the order of the file or its
  /// reverse, and one where positions repeat.
  func spectrum(
    _ axis: Spectrum.Axis, wavelength: Double? = nil, file: String,
    notices: inout [ReadingNotice]
  ) throws(ReadingError) -> Spectrum {
    let sorted = inOrder(&notices)
    let repeated = zip(sorted.positions, sorted.positions.dropFirst()).count { $0 == $1 }
    if repeated > 0 {
      notices.append(
        ReadingNotice("\(repeated) positions occur more than once; all points were kept."))
    }
    do throws(SpectrumError) {
      return try Spectrum(
        axis: axis, positions: sorted.positions, intensities: sorted.intensities,
        uncertainties: sorted.uncertainties, wavelength: wavelength)
    } catch {
      throw ReadingError(file: file, line: line, message: error.description)
    }
  }

  private func inOrder(_ notices: inout [ReadingNotice]) -> PointColumns {
    let steps = zip(positions, positions.dropFirst())
    if steps.allSatisfy({ $0 <= $1 }) { return self }
    if steps.allSatisfy({ $0 >= $1 }) { return taken(positions.indices.reversed()) }
    notices.append(ReadingNotice("The points are not in order; they were sorted by position."))
    return taken(
      positions.indices.sorted { (positions[$0], $0) < (positions[$1], $1) })
  }

  private func taken(_ order: [Int]) -> PointColumns {
    PointColumns(
      positions: order.map { positions[$0] }, intensities: order.map { intensities[$0] },
      uncertainties: uncertainties.map { values in order.map { values[$0] } }, line: line)
  }
}
