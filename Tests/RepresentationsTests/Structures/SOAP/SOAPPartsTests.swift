import DenseMath
import Foundation
import Matter
import Testing

@testable import Representations

@Suite("Parts of SOAP")
struct SOAPPartsTests {
  @Test(
    "Radial functions are orthonormal in spite of their overlaps", arguments: [4, 8, 12])
  func orthonormalizes(count: Int) throws {
    func overlap(_ i: Int, _ j: Int) -> DoubleDouble {
      let sum = Double(i + j + 2)
      return DoubleDouble(6).power(i + j + 9) / DoubleDouble((5 + sum) * (6 + sum) * (7 + sum))
    }
    let weights = try #require(
      LowdinWeights(count: count, mostCancellation: 1e16, overlap: overlap)
    ).weights
    for a in 0..<count {
      for b in 0..<count {
        var sum = DoubleDouble(0)
        for i in 0..<count {
          for j in 0..<count {
            sum = sum + weights[a * count + i] * overlap(i, j) * weights[b * count + j]
          }
        }
        #expect(abs(sum.value - (a == b ? 1 : 0)) < 1e-12)
        #expect(abs((weights[a * count + b] - weights[b * count + a]).value) < 1e-9)
      }
    }
  }

  @Test("Double-doubles hold 30 digits")
  func holdsDigits() {
    let third = DoubleDouble(1) / DoubleDouble(3)
    #expect(abs((third * DoubleDouble(3) - DoubleDouble(1)).value) < 1e-31)
    let root = DoubleDouble(2).squareRoot()
    #expect(abs((root * root - DoubleDouble(2)).value) < 1e-30)
    #expect(DoubleDouble(3).power(4).value == 81)
  }

  /// `i_2(x) e^(−x)` from the closed form with hyperbolic functions, in series at small x.
  @Test("Bessel functions agree with their closed forms", arguments: [0.001, 0.3, 2, 17, 60, 900])
  func besselFunctions(_ x: Double) {
    let values = scaledSphericalBessel(x, greatestDegree: 5)
    let decay = exp(-2 * x)
    #expect(abs(values[0] - (x > 0.1 ? (1 - decay) / (2 * x) : 1 - x)) < 1e-6 * values[0])
    if x > 0.1 {
      let second =
        ((1 - decay) * (3 / (x * x * x) + 1 / x) - 3 * (1 + decay) / (x * x)) / 2
      #expect(abs(values[2] - second) < 1e-9 * values[0])
    }
    for l in 1..<5 {
      let balance = values[l - 1] - values[l + 1] - Double(2 * l + 1) / x * values[l]
      #expect(abs(balance) < 1e-12)
    }
  }

  @Test("Tables agree with the radial functions to nine digits", arguments: SOAP.Basis.allCases)
  func tabulates(_ basis: SOAP.Basis) throws {
    for (sigma, nMax, lMax) in [(0.2, 6, 4), (0.5, 8, 6), (1.0, 4, 9)] {
      var configuration = SOAP.Configuration()
      (configuration.basis, configuration.sigma) = (basis, sigma)
      (configuration.nMax, configuration.lMax) = (nMax, lMax)
      let tables = try SOAPTables(configuration, elementCount: 1)
      let exact = try SOAPRadialBasis(
        basis, cutoff: configuration.cutoff, nMax: nMax, lMax: lMax, sigma: sigma)
      let table = tables.radial
      for step in 0..<97 {
        let r = tables.reach * (Double(step) + 0.37) / 97
        let place = r / table.spacing
        let s = RadialTable.splines(place - place.rounded(.down))
        let values = exact.values(at: r)
        for l in 0...lMax {
          let factor = (Double.pi * (8 / Double(2 * l + 1)).squareRoot()).squareRoot()
          for n in 0..<nMax {
            let column = Int(place) * table.width + l * tables.radialStride + n
            var value = 0.0
            for (row, spline) in [s.0, s.1, s.2, s.3, s.4, s.5].enumerated() {
              value += spline * table.weights[column + row * table.width]
            }
            #expect(abs(value - factor * values[l * nMax + n]) < 1e-9)
          }
        }
      }
    }
  }

  @Test("Spherical harmonics are orthonormal and obey their addition theorem")
  func harmonics() {
    let harmonics = RealHarmonics(degree: 8)
    let random = SOAPExamples.random(seed: 5)
    let vectors = (0..<4).map { _ -> SIMD3<Double> in
      let v = SIMD3(random(), random(), random())
      return v / (v * v).sum().squareRoot()
    }
    let (x, y, z) = (vectors.map(\.x), vectors.map(\.y), vectors.map(\.z))
    var values = [Double](repeating: 0, count: harmonics.count * 4)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        z.withUnsafeBufferPointer { z in
          guard let x = x.baseAddress, let y = y.baseAddress, let z = z.baseAddress else { return }
          harmonics.values(.init(x: x, y: y, z: z, count: 4, stride: 4), into: &values)
        }
      }
    }
    for l in 0...8 {
      for (i, a) in vectors.enumerated() {
        for (j, b) in vectors.enumerated() {
          var sum = 0.0
          for lm in l * l..<(l + 1) * (l + 1) { sum += values[lm * 4 + i] * values[lm * 4 + j] }
          let wanted = Double(2 * l + 1) / (4 * Double.pi) * Self.legendre(l, dot(a, b))
          #expect(abs(sum - wanted) < 1e-11)
        }
      }
    }
  }

  private static func legendre(_ l: Int, _ x: Double) -> Double {
    var (value, previous) = (1.0, 0.0)
    for k in 0..<l {
      (value, previous) = (
        (Double(2 * k + 1) * x * value - Double(k) * previous) / Double(k + 1), value
      )
    }
    return value
  }

  @Test("Refuses what cannot be used, in words")
  func refuses() throws {
    let elements = try SOAPExamples.elements("Si", "O")
    func error(_ change: (inout SOAP.Configuration) -> Void) -> SOAPError? {
      do {
        _ = try SOAP(SOAPExamples.configuration(change), elements: elements)
        return nil
      } catch {
        return error
      }
    }
    #expect(error { $0.cutoff = 1 } == .invalidCutoff(1, least: 1))
    #expect(error { $0.cutoff = .nan } != nil)
    #expect(error { $0.nMax = 0 } == .invalidCount(name: "n-max", value: 0, range: 1...24))
    #expect(error { $0.lMax = 21 } != nil)
    #expect(error { $0.sigma = 0 } == .invalidWidth(0, least: 3.0 / 200))
    #expect(error { $0.taper = -1 } == .invalidTaper(-1))
    #expect(error { $0.elementWeights = [1] } == .elementWeights(count: 1, elements: 2))
    #expect(error { $0.weighting = .power(scale: 1, offset: 0, radius: 1, exponent: 2) } != nil)
    #expect(
      error {
        $0.nMax = 24
        $0.basis = .polynomial
      } == .dependentRadialFunctions(nMax: 24, cutoff: 3))
    #expect(throws: SOAPError.noElements) { try SOAP(elements: []) }
    #expect(throws: SOAPError.repeatedElement(elements[0])) {
      try SOAP(elements: [elements[0], elements[1], elements[0]])
    }
    let soap = try SOAP(SOAPExamples.configuration(), elements: elements)
    let structure = try SOAPExamples.structure(.crystal)
    let iron = try SOAPExamples.elements("Fe")[0]
    #expect(throws: SOAPError.unknownElement(iron, site: 3)) { try soap.rows(of: structure) }
    let whole = try SOAPExamples.soap()
    #expect(throws: SOAPError.noSuchSite(5, count: 5)) {
      try whole.rows(of: structure, centers: .sites([5]))
    }
    #expect(throws: SOAPError.noCenters) { try whole.rows(of: structure, centers: .positions([])) }
    #expect(throws: SOAPError.positionNotFinite(center: 0)) {
      try whole.rows(of: structure, centers: .positions([SIMD3(.nan, 0, 0)]))
    }
  }

  @Test("Comes back from JSON", arguments: SOAP.Compression.allCases)
  func decodes(_ compression: SOAP.Compression) throws {
    let soap = try SOAPExamples.soap {
      $0.compression = compression
      $0.weighting = .polynomial(scale: 1, radius: 3, exponent: 2)
    }
    let copy = try JSONDecoder().decode(SOAP.self, from: JSONEncoder().encode(soap))
    #expect(copy == soap)
    #expect(Set(soap.columns).count == soap.featureCount)
    #expect(soap.columns.count == soap.featureCount)
  }

  @Test("An atom alone is described without a number that is none")
  func isolatedAtom() throws {
    let soap = try SOAPExamples.soap()
    let atom = AtomicStructure(
      try Molecule(elements: SOAPExamples.elements("O"), positions: [SIMD3(1, 2, 3)]))
    let rows = try soap.rows(of: atom)
    #expect(rows.elements.allSatisfy { $0.isFinite })
    #expect(rows.elements.contains { $0 != 0 })
    let gradient = try soap.derivatives(of: atom)
    #expect(gradient.sites == [0])
    #expect(gradient.values.allSatisfy { $0 == 0 })
  }
}
