/// Expansions of one center after the other and their derivatives by the places of the atoms.
///
/// Not for two threads at once.
final class SOAPGradientExpansion {
  let expansion: SOAPExpansion

  /// The derivatives of each channel of ``SOAPExpansion/coefficients`` by one site,
  /// `[3, (lMax + 1)², radialStride]`; without meaning for channels that are not active.
  private(set) var derivatives: [UnsafeMutablePointer<Double>]

  /// Channels that change with the site.
  private(set) var isActive: [Bool]

  private let soap: SOAP
  private let tables: SOAPTables
  private let channelStride: Int
  private let channelCount: Int

  /// Room for the derivatives by a site of several occupants, `[channels, 3, lm, n]`.
  private let spread: UnsafeMutablePointer<Double>
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
    spread = room(3 * channelCount * channelStride)
    center = room(3 * channelCount * channelStride)
    single = room(3 * channelStride)
    derivatives = [UnsafeMutablePointer<Double>](repeating: single, count: channelCount)
    isActive = [Bool](repeating: false, count: channelCount)
    scratch = .allocate(capacity: tables.harmonics.scratchCount)
    scratch.initialize(repeating: .zero, count: tables.harmonics.scratchCount)
  }

  deinit {
    spread.deallocate()
    center.deallocate()
    single.deallocate()
    scratch.deallocate()
    neighbors.room.deallocate()
  }

  /// Expands a center and calls with each site that its expansion depends on, the center last.
  ///
  /// - Parameter body: ``derivatives`` are those by the place of this site, with all its copies.
  func forEachSite(
    _ row: Int, of neighborhoods: SOAP.Neighborhoods, _ channels: SOAPChannels,
    _ body: (_ site: Int) throws -> Void
  ) rethrows {
    expansion.expand(row, of: neighborhoods, channels)
    let (range, own) = (neighborhoods.rows[row], neighborhoods.centers[row])
    prepare(range, of: neighborhoods)
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
      occupy(site, channels)
      if own >= 0 { moveCenter(&isCenterActive) }
      try body(site)
    }
    guard own >= 0 else { return }
    isActive = isCenterActive
    for channel in 0..<channelCount { derivatives[channel] = center + 3 * channel * channelStride }
    try body(own)
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

  /// Sets ``derivatives`` from one neighbor's by the shares of its occupants.
  private func occupy(_ site: Int, _ channels: SOAPChannels) {
    for channel in 0..<channelCount { isActive[channel] = false }
    let places = channels.offsets[site]..<channels.offsets[site + 1]
    let size = 3 * channelStride
    if places.count == 1 {
      let share = channels.shares[places.lowerBound]
      if share != 1 { for number in 0..<size { single[number] *= share } }
      for channel in [
        channels.channels[places.lowerBound], tables.hasTotal ? channelCount - 1 : -1,
      ]
      where channel >= 0 {
        isActive[channel] = true
        derivatives[channel] = single
      }
      return
    }
    let all = places.reduce(0) { $0 + channels.shares[$1] }
    for place in places { write(channels.channels[place], channels.shares[place]) }
    if tables.hasTotal { write(channelCount - 1, all) }
  }

  /// Sets the derivatives of one channel to a share of one neighbor's.
  private func write(_ channel: Int, _ share: Double) {
    let out = spread + 3 * channel * channelStride
    for number in 0..<3 * channelStride { out[number] = share * single[number] }
    isActive[channel] = true
    derivatives[channel] = out
  }

  /// Takes the derivatives by a neighbor off those by the center.
  private func moveCenter(_ isCenterActive: inout [Bool]) {
    let size = 3 * channelStride
    for channel in 0..<channelCount where isActive[channel] {
      let (from, to) = (derivatives[channel], center + channel * size)
      if isCenterActive[channel] {
        for number in 0..<size { to[number] -= from[number] }
      } else {
        for number in 0..<size { to[number] = -from[number] }
        isCenterActive[channel] = true
      }
    }
  }
}
