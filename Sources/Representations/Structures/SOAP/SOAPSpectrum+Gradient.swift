extension SOAPSpectrum {
  /// Writes the derivatives of all features by one number.
  ///
  /// - Parameters:
  ///   - coefficients: As in ``SOAPExpansion/coefficients``.
  ///   - derivatives: Theirs by the number, channel by channel, each after `start` numbers.
  ///   - isPresent: Channels of which something is there.
  ///   - isActive: Channels whose derivatives are not all 0.
  func writeGradient(
    _ coefficients: UnsafePointer<Double>, _ derivatives: [UnsafeMutablePointer<Double>],
    from start: Int, isPresent: [Bool], isActive: [Bool],
    into features: UnsafeMutablePointer<Double>
  ) {
    let n = tables.radialCount
    for block in tables.blocks {
      let size = block.isSymmetric ? n * (n + 1) / 2 : n * n
      let out = features + block.start
      let movesLeft = isActive[block.left] && isPresent[block.right]
      let movesRight = isActive[block.right] && isPresent[block.left]
      guard movesLeft || movesRight else {
        out.update(repeating: 0, count: size * (tables.greatestDegree + 1))
        continue
      }
      let left = coefficients + block.left * channelStride
      let right = coefficients + block.right * channelStride
      let leftSlopes = UnsafePointer(derivatives[block.left] + start)
      let rightSlopes = UnsafePointer(derivatives[block.right] + start)
      for l in 0...tables.greatestDegree {
        let place = l * l * tables.radialStride
        let product = product(of: l)
        if movesLeft { product(leftSlopes + place, right + place, into: scratch) }
        if block.isSymmetric {
          copySymmetric(to: out + l * size)
          continue
        }
        if movesRight {
          product(left + place, rightSlopes + place, into: scratch, adds: movesLeft)
        }
        copy(isSymmetric: false, to: out + l * size)
      }
    }
  }

  /// The upper triangle of the product and its transpose together.
  private func copySymmetric(to out: UnsafeMutablePointer<Double>) {
    let (n, stride) = (tables.radialCount, tables.radialStride)
    var place = 0
    for row in 0..<n {
      for column in row..<n {
        out[place] = scratch[row * stride + column] + scratch[column * stride + row]
        place += 1
      }
    }
  }
}
