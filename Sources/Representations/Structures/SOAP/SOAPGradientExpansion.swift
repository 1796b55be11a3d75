/// Expansions of one center after the other and their derivatives by the places of the atoms.
///
/// Not for two threads at once.
final class SOAPGradientExpansion {
  let expansion: SOAPExpansion

  /// The derivatives of ``SOAPExpansion/coefficients`` by one site, `[3]` times their form.
  let derivatives: UnsafeMutablePointer<Double>

  private let soap: SOAP
  private let tables: SOAPTables
  private let channelStride: Int
  private let channelCount: Int

  /// Minus the sum over the neighbors: what the motion of the center itself does.
  private let center: UnsafeMutablePointer<Double>
  /// The derivative of the expansion of one neighbor that counts 1, `[3, lm, n]`.
  private let single: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<SIMD4<Double>>
  private var neighbors = Neighbors(capacity: 0, harmonics: 0, width: 0)

  /// Arrays over neighbors; `tangents` follow `radials`, and `quotients` follow `slopes`.
  private struct Neighbors {
    let capacity: Int
    let room: UnsafeMutablePointer<Double>
    let x, y, z, r: UnsafeMutablePointer<Double>
    /// `[lm]`.
    let harmonics: UnsafeMutablePointer<Double>
    /// `r ∇Y_lm`, `[3, lm]`, and `r̂ Y_lm`, `[3, lm]`.
    let tangents, radials: UnsafeMutablePointer<Double>
    /// `(w f)′` and `w f / r`, `[neighbors, width]` each.
    let slopes, quotients: UnsafeMutablePointer<Double>

    init(capacity: Int, harmonics count: Int, width: Int) {
      self.capacity = capacity
      let size = capacity * (4 + 7 * count + 2 * width)
      room = .allocate(capacity: size)
      room.initialize(repeating: 0, count: size)
      (x, y, z, r) = (room, room + capacity, room + 2 * capacity, room + 3 * capacity)
      harmonics = room + 4 * capacity
      tangents = harmonics + count * capacity
      radials = tangents + 3 * count * capacity
      slopes = radials + 3 * count * capacity
      quotients = slopes + width * capacity
    }
  }

  init(_ soap: SOAP) {
    self.soap = soap
    tables = soap.tables
    expansion = SOAPExpansion(soap)
    channelStride = expansion.channelStride
    channelCount = expansion.isPresent.count
    func room(_ count: Int) -> UnsafeMutablePointer<Double> {
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: count)
      pointer.initialize(repeating: 0, count: count)
      return pointer
    }
    derivatives = room(3 * channelCount * channelStride)
    center = room(3 * channelCount * channelStride)
    single = room(3 * channelStride)
    scratch = .allocate(capacity: tables.harmonics.scratchCount)
    scratch.initialize(repeating: .zero, count: tables.harmonics.scratchCount)
  }

  deinit {
    derivatives.deallocate()
    center.deallocate()
    single.deallocate()
    scratch.deallocate()
    neighbors.room.deallocate()
  }

  /// Expands a center and calls with each site that its expansion depends on, the center last.
  ///
  /// - Parameter body: ``derivatives`` are those by the place of this site, with all its copies;
  ///   only those of channels said to be active are not 0.
  func forEachSite(
    _ row: Int, of neighborhoods: SOAP.Neighborhoods, _ channels: SOAPChannels,
    _ body: (_ site: Int, _ isActive: [Bool]) throws -> Void
  ) rethrows {
    expansion.expand(row, of: neighborhoods, channels)
    let (range, own) = (neighborhoods.rows[row], neighborhoods.centers[row])
    prepare(range, of: neighborhoods)
    center.update(repeating: 0, count: 3 * channelCount * channelStride)
    var isCenterActive = [Bool](repeating: false, count: channelCount)
    var first = range.lowerBound
    while first < range.upperBound {
      let site = Int(neighborhoods.sites[first])
      var end = first + 1
      while end < range.upperBound, Int(neighborhoods.sites[end]) == site { end += 1 }
      defer { first = end }
      // Copies of the center move with it.
      guard site != own else { continue }
      sum(first - range.lowerBound..<end - range.lowerBound)
      let isActive = spread(site, channels, addingTo: own >= 0 ? center : nil)
      for channel in isActive.indices where isActive[channel] { isCenterActive[channel] = true }
      try body(site, isActive)
      clear(isActive)
    }
    guard own >= 0 else { return }
    derivatives.update(from: center, count: 3 * channelCount * channelStride)
    try body(own, isCenterActive)
    clear(isCenterActive)
  }

  /// Everything of each neighbor that does not depend on its site's occupants.
  private func prepare(_ range: Range<Int>, of neighborhoods: SOAP.Neighborhoods) {
    let (count, padded) = (range.count, (range.count + 3) / 4 * 4)
    if padded > neighbors.capacity || neighbors.capacity == 0 {
      neighbors.room.deallocate()
      neighbors = Neighbors(
        capacity: padded + padded / 4 / 4 * 4 + 4, harmonics: tables.harmonics.count,
        width: tables.radial.width)
    }
    for place in 0..<padded {
      let vector = place < count ? neighborhoods.vectors[range.lowerBound + place] : .zero
      let r = (vector * vector).sum().squareRoot()
      let unit = r > SOAP.onCenter ? vector / r : .zero
      (neighbors.x[place], neighbors.y[place], neighbors.z[place]) = (unit.x, unit.y, unit.z)
      neighbors.r[place] = r
    }
    tables.harmonics.gradients(
      .init(
        x: neighbors.x, y: neighbors.y, z: neighbors.z, count: padded, stride: neighbors.capacity),
      values: neighbors.harmonics, gradients: neighbors.tangents, scratch: scratch)
    let size = tables.harmonics.count * neighbors.capacity
    for (axis, unit) in [neighbors.x, neighbors.y, neighbors.z].enumerated() {
      for lm in 0..<tables.harmonics.count {
        let (from, to) = (
          neighbors.harmonics + lm * neighbors.capacity,
          neighbors.radials + axis * size + lm * neighbors.capacity
        )
        for place in 0..<padded { to[place] = unit[place] * from[place] }
      }
    }
    for place in 0..<count { radial(place) }
  }

  /// `(w f)′` and `w f / r` of one neighbor.
  private func radial(_ place: Int) {
    let (table, r) = (tables.radial, neighbors.r[place])
    let weight = soap.weight(at: r)
    let grid = r / table.spacing
    let (point, t) = (Int(grid), grid - Double(Int(grid)))
    let (s, d) = (RadialTable.splines(t), RadialTable.slopes(t))
    // At the center only l = 1 has a slope, and f / r goes to it.
    let inverse = r > SOAP.onCenter ? 1 / r : 0
    let (ws, wd) = (weight.slope, weight.value / table.spacing)
    let slope = (
      ws * s.0 + wd * d.0, ws * s.1 + wd * d.1, ws * s.2 + wd * d.2, ws * s.3 + wd * d.3,
      ws * s.4 + wd * d.4, ws * s.5 + wd * d.5
    )
    let q = weight.value * inverse
    let quotient = (q * s.0, q * s.1, q * s.2, q * s.3, q * s.4, q * s.5)
    table.weights.withUnsafeBufferPointer { weights in
      guard let start = weights.baseAddress else { return }
      let row = start + point * table.width
      combine(row, slope, into: neighbors.slopes + place * table.width)
      combine(
        row, inverse == 0 ? slope : quotient, into: neighbors.quotients + place * table.width)
    }
  }

  @inline(__always)
  private func combine(
    _ row: UnsafePointer<Double>, _ s: (Double, Double, Double, Double, Double, Double),
    into out: UnsafeMutablePointer<Double>
  ) {
    let width = tables.radial.width
    for column in stride(from: 0, to: width, by: 4) {
      var sum = s.0 * four(row + column)
      sum += s.1 * four(row + width + column)
      sum += s.2 * four(row + 2 * width + column)
      sum += s.3 * four(row + 3 * width + column)
      sum += s.4 * four(row + 4 * width + column)
      sum += s.5 * four(row + 5 * width + column)
      UnsafeMutableRawPointer(out + column).storeBytes(of: sum, as: SIMD4<Double>.self)
    }
  }

  /// Adds up the copies of one site.
  private func sum(_ places: Range<Int>) {
    let (lmCount, width) = (tables.harmonics.count, tables.radial.width)
    let stride = tables.radialStride
    for axis in 0..<3 {
      for l in 0...tables.greatestDegree {
        let product = SmallProduct(
          rows: 2 * l + 1, columns: stride, terms: places.count, leftRow: neighbors.capacity,
          leftTerm: 1, rightTerm: width, outRow: stride)
        let left = (axis * lmCount + l * l) * neighbors.capacity + places.lowerBound
        let right = places.lowerBound * width + l * stride
        let out = single + axis * channelStride + l * l * stride
        product(neighbors.radials + left, neighbors.slopes + right, into: out)
        product(neighbors.tangents + left, neighbors.quotients + right, into: out, adds: true)
      }
    }
  }

  /// Writes ``derivatives`` from one neighbor's by the shares of its occupants.
  private func spread(
    _ site: Int, _ channels: SOAPChannels, addingTo center: UnsafeMutablePointer<Double>?
  ) -> [Bool] {
    var isActive = [Bool](repeating: false, count: channelCount)
    for place in channels.offsets[site]..<channels.offsets[site + 1] {
      let share = channels.shares[place]
      let hit =
        tables.hasTotal ? [channels.channels[place], channelCount - 1] : [channels.channels[place]]
      for channel in hit {
        isActive[channel] = true
        for axis in 0..<3 {
          let start = (axis * channelCount + channel) * channelStride
          for number in 0..<channelStride {
            let value = share * single[axis * channelStride + number]
            derivatives[start + number] += value
            if let center { center[start + number] -= value }
          }
        }
      }
    }
    return isActive
  }

  private func clear(_ isActive: [Bool]) {
    for channel in isActive.indices where isActive[channel] {
      for axis in 0..<3 {
        let start = (axis * channelCount + channel) * channelStride
        (derivatives + start).update(repeating: 0, count: channelStride)
      }
    }
  }
}

extension SOAP {
  /// What an atom at a distance counts, and the derivative by the distance, 1/Å.
  @inline(__always)
  func weight(at r: Double) -> (value: Double, slope: Double) {
    if r <= SOAP.onCenter, let weight = configuration.centralWeight { return (weight, 0) }
    return configuration.weighting?(at: r) ?? (1, 0)
  }
}
