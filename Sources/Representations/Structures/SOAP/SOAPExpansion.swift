import Foundation

/// Expands the surroundings of one center after the other; the buffers are used again.
///
/// Not for two threads at once.
final class SOAPExpansion {
  private let soap: SOAP
  private let tables: SOAPTables

  /// `√(π √(8 / (2l + 1))) c_nlm` at `(channel · (lMax + 1)² + lm) · radialStride + n`; the last
  /// channel is the sum of all where there is one.
  let coefficients: UnsafeMutablePointer<Double>

  /// Whether anything is in each channel.
  private(set) var isPresent: [Bool]

  /// Numbers of one channel.
  let channelStride: Int

  /// Where the neighbors of each channel begin, and where the next one goes.
  private var starts: [Int]
  private var next: [Int]
  private var capacity = 0
  private var entries = Entries(capacity: 0, harmonics: 0, width: 0)

  /// Neighbors in the order of their channels.
  private struct Entries {
    let x, y, z, r, share, harmonics, radial: UnsafeMutablePointer<Double>

    init(capacity: Int, harmonics: Int, width: Int) {
      func room(_ count: Int) -> UnsafeMutablePointer<Double> {
        let pointer = UnsafeMutablePointer<Double>.allocate(capacity: count)
        pointer.initialize(repeating: 0, count: count)
        return pointer
      }
      (x, y, z) = (room(capacity), room(capacity), room(capacity))
      (r, share) = (room(capacity), room(capacity))
      self.harmonics = room(capacity * harmonics)
      radial = room(capacity * width)
    }

    func deallocate() {
      for pointer in [x, y, z, r, share, harmonics, radial] { pointer.deallocate() }
    }
  }

  init(_ soap: SOAP) {
    self.soap = soap
    tables = soap.tables
    let channels = tables.channelCount + (tables.hasTotal ? 1 : 0)
    channelStride = tables.harmonics.count * tables.radialStride
    coefficients = .allocate(capacity: channels * channelStride)
    coefficients.initialize(repeating: 0, count: channels * channelStride)
    isPresent = [Bool](repeating: false, count: channels)
    starts = [Int](repeating: 0, count: tables.channelCount + 1)
    next = starts
  }

  deinit {
    coefficients.deallocate()
    entries.deallocate()
  }

  /// Computes ``coefficients`` of one center.
  ///
  /// - Parameter row: Which of the neighborhoods.
  func expand(_ row: Int, of neighborhoods: SOAP.Neighborhoods, _ channels: SOAPChannels) {
    let count = collect(row, of: neighborhoods, channels)
    let padded = (count + 3) / 4 * 4
    directions(count, padded)
    tables.harmonics.values(
      .init(x: entries.x, y: entries.y, z: entries.z, count: padded, stride: capacity),
      into: entries.harmonics)
    radialValues(count)
    for channel in 0..<tables.channelCount {
      isPresent[channel] = starts[channel + 1] > starts[channel]
      if isPresent[channel] { sum(channel) }
    }
    if tables.hasTotal { total() }
  }

  /// Sorts the neighbors, and the center itself, by channel.
  private func collect(
    _ row: Int, of neighborhoods: SOAP.Neighborhoods, _ channels: SOAPChannels
  ) -> Int {
    let (range, center) = (neighborhoods.rows[row], neighborhoods.centers[row])
    for channel in starts.indices { starts[channel] = 0 }
    return neighborhoods.sites.withUnsafeBufferPointer { sites in
      neighborhoods.vectors.withUnsafeBufferPointer { vectors in
        channels.offsets.withUnsafeBufferPointer { offsets in
          if center >= 0 { count(center, offsets, channels) }
          for place in range { count(Int(sites[place]), offsets, channels) }
          for channel in 1..<starts.count { starts[channel] += starts[channel - 1] }
          let total = starts[starts.count - 1]
          reserve(total)
          for channel in next.indices { next[channel] = starts[channel] }
          if center >= 0 { add(center, .zero, offsets, channels) }
          for place in range { add(Int(sites[place]), vectors[place], offsets, channels) }
          return total
        }
      }
    }
  }

  @inline(__always)
  private func count(
    _ site: Int, _ offsets: UnsafeBufferPointer<Int>, _ channels: SOAPChannels
  ) {
    for place in offsets[site]..<offsets[site + 1] { starts[channels.channels[place] + 1] += 1 }
  }

  @inline(__always)
  private func add(
    _ site: Int, _ vector: SIMD3<Double>, _ offsets: UnsafeBufferPointer<Int>,
    _ channels: SOAPChannels
  ) {
    for place in offsets[site]..<offsets[site + 1] {
      let entry = next[channels.channels[place]]
      next[channels.channels[place]] += 1
      entries.x[entry] = vector.x
      entries.y[entry] = vector.y
      entries.z[entry] = vector.z
      entries.share[entry] = channels.shares[place]
    }
  }

  private func reserve(_ count: Int) {
    guard count + 3 > capacity || capacity == 0 else { return }
    entries.deallocate()
    capacity = (count + count / 4 + 8) / 4 * 4
    entries = Entries(
      capacity: capacity, harmonics: tables.harmonics.count, width: tables.radial.width)
  }

  /// Distances, and unit vectors in place of vectors; nothing to a place on the center.
  private func directions(_ count: Int, _ padded: Int) {
    for entry in count..<padded {
      (entries.x[entry], entries.y[entry], entries.z[entry]) = (0, 0, 0)
    }
    for entry in 0..<padded {
      let (x, y, z) = (entries.x[entry], entries.y[entry], entries.z[entry])
      let r = (x * x + y * y + z * z).squareRoot()
      let inverse = r > SOAP.onCenter ? 1 / r : 0
      entries.r[entry] = r
      entries.x[entry] = x * inverse
      entries.y[entry] = y * inverse
      entries.z[entry] = z * inverse
    }
  }

  /// The radial functions of each neighbor, times its weight.
  private func radialValues(_ count: Int) {
    let (table, width) = (tables.radial, tables.radial.width)
    let scale = 1 / table.spacing
    table.weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      for entry in 0..<count {
        let r = entries.r[entry]
        let place = r * scale
        let point = Int(place)
        let weight = entries.share[entry] * soap.weight(at: r).value
        let s = RadialTable.splines(place - Double(point))
        let row = weights + point * width
        let out = entries.radial + entry * width
        for column in stride(from: 0, to: width, by: 4) {
          var sum = (s.0 * weight) * four(row + column)
          sum += (s.1 * weight) * four(row + width + column)
          sum += (s.2 * weight) * four(row + 2 * width + column)
          sum += (s.3 * weight) * four(row + 3 * width + column)
          sum += (s.4 * weight) * four(row + 4 * width + column)
          sum += (s.5 * weight) * four(row + 5 * width + column)
          UnsafeMutableRawPointer(out + column).storeBytes(of: sum, as: SIMD4<Double>.self)
        }
      }
    }
  }

  /// `c_lm,n = Σ_j Y_lm(j) f_ln(j)`, l by l.
  private func sum(_ channel: Int) {
    let (first, end) = (starts[channel], starts[channel + 1])
    let (stride, width) = (tables.radialStride, tables.radial.width)
    let out = coefficients + channel * channelStride
    for l in 0...tables.greatestDegree {
      let product = SmallProduct(
        rows: 2 * l + 1, columns: stride, terms: end - first, leftRow: capacity, leftTerm: 1,
        rightTerm: width, outRow: stride)
      product(
        entries.harmonics + l * l * capacity + first,
        entries.radial + first * width + l * stride, into: out + l * l * stride)
    }
  }

  private func total() {
    let last = coefficients + tables.channelCount * channelStride
    last.update(repeating: 0, count: channelStride)
    for channel in 0..<tables.channelCount where isPresent[channel] {
      let one = coefficients + channel * channelStride
      for place in 0..<channelStride { last[place] += one[place] }
    }
    isPresent[tables.channelCount] = isPresent.prefix(tables.channelCount).contains(true)
  }
}

@inline(__always)
func four(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
}
