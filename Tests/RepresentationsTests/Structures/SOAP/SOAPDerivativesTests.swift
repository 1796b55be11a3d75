import DenseMath
import Matter
import Representations
import Testing

@Suite("SOAP derivatives")
struct SOAPDerivativesTests {
  struct Case: Sendable, CustomStringConvertible {
    var kind: SOAPExamples.Kind
    var basis: SOAP.Basis
    var compression: SOAP.Compression
    var description: String { "\(kind) \(basis) \(compression)" }

    static let all = SOAPExamples.Kind.allCases.flatMap { kind in
      SOAP.Basis.allCases.flatMap { basis in
        SOAP.Compression.allCases.map { Case(kind: kind, basis: basis, compression: $0) }
      }
    }
  }

  static let weightings: [(SOAP.Weighting?, central: Double?, taper: Double)] = [
    (nil, nil, 0),
    (nil, 0, 0.8),
    (.polynomial(scale: 1.2, radius: 4, exponent: 2), nil, 0),
    (.power(scale: 1, offset: 1, radius: 2, exponent: 3), 0.3, 0),
    (.exponential(scale: 1.5, offset: 0.5, radius: -2), nil, 0.5),
  ]

  @Test("Are the slopes of the features, for every setting", arguments: Case.all)
  func matchDifferences(_ setting: Case) throws {
    for (weighting, central, taper) in Self.weightings {
      let soap = try SOAPExamples.soap {
        ($0.basis, $0.compression) = (setting.basis, setting.compression)
        ($0.weighting, $0.centralWeight, $0.taper) = (weighting, central, taper)
        $0.elementWeights = setting.compression == .mu2 ? [0.7, 1.3, 2] : nil
      }
      // A point of its own as well, which does not move with the atoms.
      for centers in [SOAP.Centers.allSites, .positions([SIMD3(1, 1, 1.1)])] {
        try check(soap, setting.kind, centers)
      }
    }
  }

  private func check(_ soap: SOAP, _ kind: SOAPExamples.Kind, _ centers: SOAP.Centers) throws {
    let structure = try SOAPExamples.structure(kind)
    let width = 3 * soap.featureCount
    let rows = Self.dense(
      try soap.derivatives(of: structure, centers: centers), width, sites: structure.siteCount)
    let means = try SOAP.Average.allCases.map {
      (average: $0, slopes: try soap.averageDerivatives(of: structure, $0, centers: centers))
    }
    let step = 1e-4
    for (site, axis) in [(0, 0), (1, 1), (3, 2), (4, 0)] {
      let ends = try [step, -step].map { move in
        var places = SOAPExamples.places
        places[site][axis] += move
        return try SOAPExamples.structure(kind, places: places)
      }
      let features = try ends.map { try soap.rows(of: $0, centers: centers) }
      let slopes = zip(features[0].elements, features[1].elements).map { ($0 - $1) / (2 * step) }
      let start = (site * 3 + axis) * soap.featureCount
      let exact = rows.flatMap { $0[start..<start + soap.featureCount] }
      #expect(SOAPExamples.difference(exact, slopes) < 1e-6)
      for mean in means {
        let values = try ends.map { try soap.average(of: $0, mean.average, centers: centers) }
        let slopes = zip(values[0], values[1]).map { ($0 - $1) / (2 * step) }
        let exact = Array(mean.slopes.row(site * 3 + axis))
        #expect(SOAPExamples.difference(exact, slopes) < 1e-6)
      }
    }
  }

  @Test("A structure that moves as a whole does not change", arguments: SOAPExamples.Kind.allCases)
  func sumToNothing(_ kind: SOAPExamples.Kind) throws {
    let soap = try SOAPExamples.soap()
    let structure = try SOAPExamples.structure(kind)
    let width = 3 * soap.featureCount
    let derivatives = try soap.derivatives(of: structure)
    for center in 0..<structure.siteCount {
      var sum = [Double](repeating: 0, count: width)
      for place in derivatives.sites(of: center) {
        for column in 0..<width { sum[column] += derivatives.values[place * width + column] }
      }
      #expect(sum.allSatisfy { abs($0) < 1e-9 })
      let sites = derivatives.sites[derivatives.sites(of: center)]
      #expect(Set(sites).count == sites.count)
    }
  }

  @Test("Are the same one by one, on any number of threads and for the mean descriptor")
  func agree() throws {
    let soap = try SOAPExamples.soap()
    let structure = try SOAPExamples.structure(.disordered)
    let all = try soap.derivatives(of: structure, threads: 1)
    #expect(try soap.derivatives(of: structure, threads: 2) == all)
    var (sites, values) = ([Int](), [Double]())
    try soap.forEachGradient(of: structure) {
      sites += $1
      values += $2
    }
    #expect(sites == all.sites && values == all.values)
    let descriptor = AveragedSOAP(soap, average: .outer)
    let slopes = try descriptor.derivatives(of: structure)
    #expect(slopes.slopes == (try soap.averageDerivatives(of: structure, .outer)).elements)
    #expect(try slopes.row == descriptor.row(of: structure))
    #expect(descriptor.columns.count == slopes.row.count)
  }

  /// `[centers][sites, 3, featureCount]`
  private static func dense(
    _ derivatives: SOAPDerivatives, _ width: Int, sites: Int
  ) -> [[Double]] {
    (0..<derivatives.offsets.count - 1).map { center in
      var result = [Double](repeating: 0, count: sites * width)
      for place in derivatives.sites(of: center) {
        for column in 0..<width {
          result[derivatives.sites[place] * width + column] =
            derivatives.values[place * width + column]
        }
      }
      return result
    }
  }
}
