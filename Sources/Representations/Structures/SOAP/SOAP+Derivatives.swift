public import DenseMath

/// How the features of centers change as atoms move.
public struct SOAPDerivatives: Hashable, Sendable {
  /// Where the sites of each center begin, `[centers + 1]`.
  public let offsets: [Int]

  /// The sites that the features of each center depend on, each once, packed center by center; the
  /// center itself comes last where it is a site.
  public let sites: [Int]

  /// Derivatives by the Cartesian coordinates of each of the sites, 1/Å, `[sites, 3, featureCount]`.
  public let values: [Double]

  /// The places of a center's sites in ``sites``.
  public func sites(of center: Int) -> Range<Int> { offsets[center]..<offsets[center + 1] }
}

extension SOAP {
  /// The exact derivatives of the features of centers by the places of the atoms.
  ///
  /// A site moves with all its copies and occupants, and with the center that sits on it; centers
  /// given as positions stay. Cost: O(neighboring sites · features) a center.
  ///
  /// - Parameter threads: The result does not depend on it.
  /// - Throws: As ``rows(of:centers:threads:)``.
  public func derivatives(
    of structure: AtomicStructure, centers: Centers = .allSites, threads: Int = 1
  ) throws -> SOAPDerivatives {
    let neighborhoods = try neighborhoods(of: structure, centers)
    let channels = try SOAPChannels(of: structure, in: self)
    var (offsets, sites) = ([0], [Int]())
    for center in neighborhoods.rows.indices {
      sites += neighborhoods.movingSites(of: center)
      offsets.append(sites.count)
    }
    let size = 3 * featureCount
    let count = sites.count * size
    let starts = offsets
    let values = try [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = count
      guard let start = buffer.baseAddress else { return }
      adviseLargePages(UnsafeMutableRawBufferPointer(buffer))
      nonisolated(unsafe) let out = start  // each piece writes places of its own
      _ = try parallelMap(Self.pieces(of: neighborhoods.rows.count), threads: threads) { piece in
        let expansion = SOAPGradientExpansion(self)
        for center in piece {
          var place = out + starts[center] * size
          forEachGradient(
            of: center, in: neighborhoods, channels, expansion, into: { _ in place }
          ) { _ in place += size }
        }
      }
    }
    return SOAPDerivatives(offsets: offsets, sites: sites, values: values)
  }

  /// Calls with each center's derivatives, one after the other, in memory that does not grow with
  /// their number.
  ///
  /// - Parameter body: Gets the place of the center, its sites as in ``SOAPDerivatives/sites``, and
  ///   `[sites, 3, featureCount]` derivatives that are valid during the call.
  public func forEachGradient(
    of structure: AtomicStructure, centers: Centers = .allSites,
    _ body: (_ center: Int, _ sites: [Int], _ values: UnsafeBufferPointer<Double>) throws -> Void
  ) throws {
    let neighborhoods = try neighborhoods(of: structure, centers)
    let channels = try SOAPChannels(of: structure, in: self)
    let expansion = SOAPGradientExpansion(self)
    let size = 3 * featureCount
    var values: [Double] = []
    for center in neighborhoods.rows.indices {
      let sites = neighborhoods.movingSites(of: center)
      if values.count < sites.count * size {
        values = [Double](repeating: 0, count: sites.count * size)
      }
      values.withUnsafeMutableBufferPointer { buffer in
        guard var place = buffer.baseAddress else { return }
        forEachGradient(
          of: center, in: neighborhoods, channels, expansion, into: { _ in place }
        ) { _ in place += size }
      }
      try values.withUnsafeBufferPointer {
        try body(center, sites, UnsafeBufferPointer(rebasing: $0.prefix(sites.count * size)))
      }
    }
  }

  /// The derivatives of ``average(of:_:centers:threads:)``.
  ///
  /// - Returns: By site and axis, 1/Å, `[sites · 3, featureCount]`.
  /// - Throws: As ``rows(of:centers:threads:)``.
  public func averageDerivatives(
    of structure: AtomicStructure, _ average: Average, centers: Centers = .allSites
  ) throws -> Matrix {
    let neighborhoods = try neighborhoods(of: structure, centers)
    let channels = try SOAPChannels(of: structure, in: self)
    switch average {
    case .outer: return outerDerivatives(neighborhoods, channels, sites: structure.siteCount)
    case .inner: return innerDerivatives(neighborhoods, channels, sites: structure.siteCount)
    }
  }

  /// Writes the derivatives by each site to where `place` says, then calls.
  private func forEachGradient(
    of center: Int, in neighborhoods: Neighborhoods, _ channels: SOAPChannels,
    _ expansion: SOAPGradientExpansion, into place: (Int) -> UnsafeMutablePointer<Double>,
    _ body: (Int) -> Void
  ) {
    withSpectrum { spectrum in
      expansion.forEachSite(center, of: neighborhoods, channels) { site in
        let out = place(site)
        for axis in 0..<3 {
          spectrum.writeGradient(
            expansion.expansion.coefficients, expansion.derivatives,
            from: axis * spectrum.channelStride, isPresent: expansion.expansion.isPresent,
            isActive: expansion.isActive, into: out + axis * featureCount)
        }
        body(site)
      }
    }
  }

  private func outerDerivatives(
    _ neighborhoods: Neighborhoods, _ channels: SOAPChannels, sites: Int
  ) -> Matrix {
    let size = 3 * featureCount
    let share = 1 / Double(neighborhoods.rows.count)
    var mean = Matrix(rows: sites * 3, columns: featureCount)
    let expansion = SOAPGradientExpansion(self)
    mean.elements.withUnsafeMutableBufferPointer { mean in
      guard let mean = mean.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { scratch in
        guard let one = scratch.baseAddress else { return }
        for center in neighborhoods.rows.indices {
          forEachGradient(
            of: center, in: neighborhoods, channels, expansion, into: { _ in one }
          ) { site in
            for place in 0..<size { mean[site * size + place] += share * one[place] }
          }
        }
      }
    }
    return mean
  }

  private func innerDerivatives(
    _ neighborhoods: Neighborhoods, _ channels: SOAPChannels, sites: Int
  ) -> Matrix {
    let expansion = SOAPGradientExpansion(self)
    let count = expansion.expansion.isPresent.count
    let size = expansion.expansion.channelStride
    let share = 1 / Double(neighborhoods.rows.count)
    var mean = [Double](repeating: 0, count: count * size)
    var slopes = [Double](repeating: 0, count: sites * count * 3 * size)
    for center in neighborhoods.rows.indices {
      expansion.forEachSite(center, of: neighborhoods, channels) { site in
        for channel in 0..<count where expansion.isActive[channel] {
          let start = (site * count + channel) * 3 * size
          for place in 0..<3 * size {
            slopes[start + place] += share * expansion.derivatives[channel][place]
          }
        }
      }
      for channel in 0..<count where expansion.expansion.isPresent[channel] {
        for place in channel * size..<(channel + 1) * size {
          mean[place] += share * expansion.expansion.coefficients[place]
        }
      }
    }
    var result = Matrix(rows: sites * 3, columns: featureCount)
    let all = [Bool](repeating: true, count: count)
    mean.withUnsafeBufferPointer { mean in
      slopes.withUnsafeMutableBufferPointer { slopes in
        result.elements.withUnsafeMutableBufferPointer { out in
          guard let mean = mean.baseAddress, let slopes = slopes.baseAddress,
            let out = out.baseAddress
          else { return }
          withSpectrum { spectrum in
            for site in 0..<sites {
              let derivatives = (0..<count).map { slopes + (site * count + $0) * 3 * size }
              for axis in 0..<3 {
                spectrum.writeGradient(
                  mean, derivatives, from: axis * size, isPresent: all, isActive: all,
                  into: out + (site * 3 + axis) * featureCount)
              }
            }
          }
        }
      }
    }
    return result
  }
}
