public import DenseMath

extension SOAP {
  /// Describes centers of a structure.
  ///
  /// - Parameter threads: The result does not depend on it.
  /// - Returns: A row of ``featureCount`` numbers for each center, `[centers, featureCount]`.
  /// - Throws: ``SOAPError`` when an element is not among ``elements`` or a center does not exist;
  ///   ``NeighborListError`` when the neighbors cannot be listed.
  public func rows(
    of structure: AtomicStructure, centers: Centers = .allSites, threads: Int = 1
  ) throws -> Matrix {
    let neighborhoods = try neighborhoods(of: structure, centers)
    let channels = try SOAPChannels(of: structure, in: self)
    let count = neighborhoods.rows.count
    let elements = try [Double](unsafeUninitializedCapacity: count * featureCount) {
      buffer, filled in
      filled = count * featureCount
      guard let start = buffer.baseAddress else { return }
      adviseLargePages(UnsafeMutableRawBufferPointer(buffer))
      nonisolated(unsafe) let out = start  // each piece writes rows of its own
      _ = try parallelMap(Self.pieces(of: count), threads: threads) { piece in
        forEachCenter(piece, of: neighborhoods, channels) { center, expansion, spectrum in
          spectrum.write(
            expansion.coefficients, isPresent: expansion.isPresent,
            into: out + center * featureCount)
        }
      }
    }
    return Matrix(rows: count, columns: featureCount, elements: elements)
  }

  /// Calls with each center's features, one after the other, in memory that does not grow with
  /// their number.
  ///
  /// - Parameter body: The features are valid during the call.
  public func forEachRow(
    of structure: AtomicStructure, centers: Centers = .allSites,
    _ body: (_ center: Int, _ features: UnsafeBufferPointer<Double>) throws -> Void
  ) throws {
    let neighborhoods = try neighborhoods(of: structure, centers)
    let channels = try SOAPChannels(of: structure, in: self)
    var row = [Double](repeating: 0, count: featureCount)
    try forEachCenter(0..<neighborhoods.rows.count, of: neighborhoods, channels) {
      center, expansion, spectrum in
      row.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        spectrum.write(expansion.coefficients, isPresent: expansion.isPresent, into: start)
      }
      try row.withUnsafeBufferPointer { try body(center, $0) }
    }
  }

  /// Describes a structure by the mean over centers.
  ///
  /// - Returns: ``featureCount`` numbers, the same for a supercell.
  /// - Throws: As ``rows(of:centers:threads:)``.
  public func average(
    of structure: AtomicStructure, _ average: Average, centers: Centers = .allSites,
    threads: Int = 1
  ) throws -> [Double] {
    let neighborhoods = try neighborhoods(of: structure, centers)
    let channels = try SOAPChannels(of: structure, in: self)
    let count = neighborhoods.rows.count
    let sums = try parallelMap(Self.pieces(of: count), threads: threads) { piece in
      var sum = [Double]()
      forEachCenter(piece, of: neighborhoods, channels) { _, expansion, spectrum in
        switch average {
        case .outer: add(expansion, spectrum, to: &sum)
        case .inner: add(expansion, to: &sum)
        }
      }
      return sum
    }
    var mean = sums[0]
    for sum in sums.dropFirst() {
      for place in mean.indices { mean[place] += sum[place] }
    }
    for place in mean.indices { mean[place] /= Double(count) }
    return average == .outer ? Array(mean.prefix(featureCount)) : spectrum(ofExpansion: mean)
  }

  /// Adds the features of a center.
  private func add(_ expansion: SOAPExpansion, _ spectrum: SOAPSpectrum, to sum: inout [Double]) {
    if sum.isEmpty { sum = [Double](repeating: 0, count: 2 * featureCount) }
    sum.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let row = start + featureCount
      spectrum.write(expansion.coefficients, isPresent: expansion.isPresent, into: row)
      for place in 0..<featureCount { start[place] += row[place] }
    }
  }

  /// Adds the expansion of a center.
  private func add(_ expansion: SOAPExpansion, to sum: inout [Double]) {
    let stride = expansion.channelStride
    if sum.isEmpty { sum = [Double](repeating: 0, count: expansion.isPresent.count * stride) }
    for channel in expansion.isPresent.indices where expansion.isPresent[channel] {
      for place in channel * stride..<(channel + 1) * stride {
        sum[place] += expansion.coefficients[place]
      }
    }
  }

  /// The power spectrum of a mean expansion.
  private func spectrum(ofExpansion coefficients: [Double]) -> [Double] {
    let channels = tables.channelCount + (tables.hasTotal ? 1 : 0)
    var features = [Double](repeating: 0, count: featureCount)
    coefficients.withUnsafeBufferPointer { coefficients in
      features.withUnsafeMutableBufferPointer { features in
        guard let from = coefficients.baseAddress, let to = features.baseAddress else { return }
        withSpectrum {
          $0.write(from, isPresent: [Bool](repeating: true, count: channels), into: to)
        }
      }
    }
    return features
  }

  /// Centers in pieces that do not depend on the number of threads.
  static func pieces(of count: Int) -> [Range<Int>] {
    let size = 16
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Expands centers one after the other.
  func forEachCenter(
    _ centers: Range<Int>, of neighborhoods: Neighborhoods, _ channels: SOAPChannels,
    _ body: (Int, SOAPExpansion, SOAPSpectrum) throws -> Void
  ) rethrows {
    let expansion = SOAPExpansion(self)
    try withSpectrum { spectrum in
      for center in centers {
        expansion.expand(center, of: neighborhoods, channels)
        try body(center, expansion, spectrum)
      }
    }
  }

  /// Lends what makes power spectra of expansions.
  func withSpectrum(_ body: (SOAPSpectrum) throws -> Void) rethrows {
    try withUnsafeTemporaryAllocation(
      of: Double.self, capacity: SOAPSpectrum.scratchCount(tables)
    ) { scratch in
      guard let start = scratch.baseAddress else { return }  // never empty
      try body(SOAPSpectrum(tables, scratch: start))
    }
  }
}
